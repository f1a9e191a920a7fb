/** The example `answers`: what its pods read of a store, how they are closed, and what is refused. */

import { type JsonValue, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import local from "../../examples/answers/env/local";
import platform from "../../examples/answers/platform";

const { elasticsearch: _store, vectorIndexes: _indexes, answers: _answers, ...rest } = local as unknown as Record<string, object>;
const STORES = {
  elasticsearch: { elasticsearch: { clusters: { docs: { nodeSets: { default: { count: 1, storage: Size.gibibytes(10) } } } } } },
  qdrant: { qdrant: { clusters: { docs: { storage: Size.gibibytes(10), apiKey: secretRef("qdrant", "api-key") } } } },
} as const;

const withStore = (store: object, own: object = {}) => ({
  ...rest,
  ...store,
  vectorIndexes: { pages: { store: "docs", dimensions: 384 } },
  answers: {
    demo: { index: "pages", model: "assistant", embeddings: { type: "openai", model: "ada", key: secretRef("openai", "api-key") }, ...own },
  },
});

function objectsOf(spec: object): readonly { readonly id: string; readonly manifest: JsonValue }[] {
  return unwrap(platform.resolve(spec as never)).release.objects.map(({ id, manifest }) => ({ id, manifest: manifest as JsonValue }));
}

function settingsIn(spec: object): JsonValue {
  const found = objectsOf(spec).find(({ id }) => id.endsWith("/demo-files"));
  return JSON.parse(String(valueAt(found?.manifest ?? null, ["data", "settings.json"])));
}

test("the pods ask Elasticsearch of the demo by the alias of its index, and leave the vectors there", () => {
  const settings = settingsIn(local);

  expect(settings).toMatchObject({
    store: {
      url: "https://demo-01-es-http.elasticsearch.svc:9200",
      scheme: "basic",
      ca: expect.stringMatching(/^\/app-ca\//),
      search: {
        request: {
          method: "POST",
          path: "/beamstack/_search",
          body: {
            knn: { field: "documentation_vector", query_vector: "$vector", k: "$count", num_candidates: 100 },
            size: "$count",
            _source: { excludes: ["documentation_vector"] },
          },
        },
      },
    },
    model: { url: "http://assistant.serving.svc", name: "assistant" },
    embeddings: { url: "https://api.openai.com/v1", model: "text-embedding-ada-002" },
    textField: "documentation",
    linkField: "metadata.url",
  });
});

test("the pods ask Qdrant with its key", () => {
  expect(settingsIn(withStore(STORES.qdrant))).toMatchObject({
    store: {
      keyHeader: "api-key",
      search: {
        request: { path: "/collections/pages/points/query", body: { query: "$vector", limit: "$count", with_payload: true } },
        hits: ["result", "points"],
        fields: ["payload"],
      },
    },
  });
});

test("a service of KServe makes the vectors, and nothing goes outside", () => {
  const kserve = {
    ...rest["kserve"],
    services: {
      minilm: {
        runtime: { type: "huggingface", task: "text_embedding" },
        model: { type: "hub", id: "sentence-transformers/all-MiniLM-L6-v2", revision: "c9745ed1d9f207416be6d2e6f8de32d1f16199bf" },
      },
    },
  };
  const spec = { ...withStore(STORES.elasticsearch, { embeddings: { type: "server", server: "minilm" } }), kserve };
  const policies = objectsOf(spec).filter(({ id }) => id.includes("/NetworkPolicy/") && id.includes("demo-to-"));

  expect(settingsIn(spec)).toMatchObject({ embeddings: { url: "http://minilm.serving.svc/openai/v1", model: "minilm" } });
  expect(policies.map(({ id }) => id.replace(/.*\/NetworkPolicy\//, "")).sort()).toEqual([
    "elasticsearch/demo-to-embeddings-egress",
    "elasticsearch/demo-to-model-egress",
    "elasticsearch/demo-to-store-egress",
    "elasticsearch/demo-to-store-ingress",
    "serving/demo-to-embeddings-ingress",
    "serving/demo-to-model-ingress",
  ]);
  expect(JSON.stringify(policies)).not.toContain("0.0.0.0/0");
});

test("people reach it through a sign-in alone", () => {
  const routes = (route: object) => ({
    ...(local as unknown as Record<string, object>),
    gateway: { ...rest["gateway"], routes: { answers: route } },
  });
  const open = platform.resolve(routes({ host: "answers.example.com", to: "answers.demo" }) as never);

  expect(open.ok ? [] : open.problems.map(({ id, path }) => [id, path])).toContainEqual([
    "gateway.open-ui",
    "gateway.routes.answers.signIn",
  ]);
});

test("an index without an HTTP API is refused", () => {
  const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") };
  const databases = { docs: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["answers"] } };
  const result = platform.resolve(withStore({ databases, pgvector: { stores: { docs: { database: "docs" } } } }) as never);

  expect(result.ok ? [] : result.problems.map(({ id, path }) => [id, path])).toContainEqual(["answers.no-http", "answers.demo.index"]);
});
