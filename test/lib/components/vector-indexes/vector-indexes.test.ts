/** Vector indexes: their dimensions, and the plans of the stores. */

import fc from "fast-check";
import { createPlatform } from "#charts/platform";
import { elasticsearchIndexPlan } from "#lib/components/elasticsearch/index-plan";
import { qdrantIndexPlan } from "#lib/components/qdrant/index-plan";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import { dimensionsText, EMBEDDING_MODELS, embeddingModel, givesDimensions } from "#lib/kube/embedding-models";
import type { IndexShape } from "#lib/kube/index-plan";

const FILE = `pipeline:
  type: chain
  transforms:
    - type: Create
      config: { elements: [{ text: a }] }
    - type: Embed
      config: { model_name: MODEL }
    - type: Write
      config: { index: documents-v1 }
providers:
  - { type: python, config: {}, transforms: { Embed: mine.Embed, Write: mine.Write } }
`;

function resolve(index: object, model = "none-of-those", stores: readonly string[] = ["vectors"]) {
  const spec = {
    name: "test",
    cluster: { type: "context", context: "test" },
    qdrant: { clusters: { vectors: { storage: Size.gibibytes(1) } } },
    elasticsearch: { clusters: { search: { nodeSets: { all: { count: 1, storage: Size.gibibytes(1) } } } } },
    flink: { clusters: { main: {} } },
    vectorIndexes: { documents: { store: "vectors", ...index } },
    pipelines: { embed: { file: "pipelines/embed.yaml", runner: "main", stores } },
  } as unknown as EnvironmentSpec;
  const result = createPlatform().resolve(spec, { files: new Map([["pipelines/embed.yaml", FILE.replace("MODEL", model)]]) });
  const found = result.ok ? result.warnings : result.problems;
  return {
    problems: found.filter(({ id }) => !id.startsWith("beam.")).map(({ id, path }) => [id, path]),
    objects: result.ok ? result.value.release.objects.map(({ manifest }) => manifest) : [],
  };
}

test("dimensions that the embedding model does not give are one problem, right ones none", () => {
  const models = fc.constantFrom(...EMBEDDING_MODELS);

  fc.assert(
    fc.property(models, fc.integer({ min: 1, max: 4096 }), (name, dimensions) => {
      const model = embeddingModel(name);
      const right = model !== undefined && givesDimensions(model, dimensions);
      expect(resolve({ dimensions, model: name }).problems).toEqual(
        right ? [] : [["vector-indexes.dimensions", "vectorIndexes.documents.dimensions"]],
      );
      expect(resolve({ dimensions }, `org/${name}`).problems).toEqual(
        right ? [] : [["pipelines.index-dimensions", "pipelines.embed.definition"]],
      );
    }),
    { numRuns: 15 },
  );
});

test("a pipeline is judged by the stores that it reaches, and by models that are known", () => {
  expect(resolve({ dimensions: 3 }, "all-MiniLM-L6-v2", []).problems).toEqual([]);
  expect(resolve({ dimensions: 3 }, "text-embedding-3-small").problems).toEqual([]);
  expect(resolve({ dimensions: 3 }, "of-our-own").problems).toEqual([]);
  expect(EMBEDDING_MODELS.map((name) => dimensionsText(embeddingModel(name) ?? { least: 0, most: 0 }))).not.toContain("0");
});

test("refuses more dimensions than the store has", () => {
  expect(resolve({ store: "search", dimensions: 4097 }).problems).toEqual([
    ["vector-indexes.too-many-dimensions", "vectorIndexes.documents.dimensions"],
  ]);
});

test("a Job in the namespace of the store makes the index, and reaches the store only", () => {
  const { objects } = resolve({ dimensions: 384 });

  const job = objects.find(({ kind, metadata }) => kind === "Job" && metadata.name.startsWith("index-documents-"));
  expect(job?.metadata.namespace).toBe("qdrant");
  const policies = objects.filter(({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name.startsWith("index-documents-"));
  expect(policies.map(({ metadata }) => metadata.name.replace(/-[0-9a-f]{8}-/, "-"))).toEqual(
    expect.arrayContaining(["index-documents-to-store-egress", "index-documents-to-store-ingress"]),
  );
});

const shape: IndexShape = {
  alias: "documents",
  index: "documents-v3",
  served: "documents-v2",
  expired: ["documents-v1"],
  dimensions: 384,
  similarity: "dot-product",
  shards: 2,
  copies: 2,
};

test("Elasticsearch makes the index, moves the alias in one request and deletes what is old", () => {
  expect(elasticsearchIndexPlan(shape)).toMatchObject({
    create: {
      path: "/documents-v3",
      body: {
        settings: { number_of_shards: 2, number_of_replicas: 1 },
        mappings: { properties: { vector: { type: "dense_vector", dims: 384, similarity: "dot_product" } } },
      },
    },
    serve: [
      {
        body: {
          actions: [
            { remove: { index: "documents-v*", alias: "documents", must_exist: false } },
            { add: { index: "documents-v2", alias: "documents" } },
          ],
        },
      },
    ],
    expire: [{ method: "DELETE", path: "/documents-v1" }],
  });
});

test("Qdrant makes the collection, with a named vector where it has a name", () => {
  expect(qdrantIndexPlan(shape)).toMatchObject({
    create: {
      path: "/collections/documents-v3",
      body: { vectors: { size: 384, distance: "Dot" }, shard_number: 2, replication_factor: 2 },
    },
    expire: [{ path: "/collections/documents-v1" }],
  });
  expect(qdrantIndexPlan({ ...shape, vectorField: "text" }).create.body).toMatchObject({ vectors: { text: { size: 384 } } });
});
