/** Pipelines beside the stores they write to. */

import { createPlatform } from "#charts/platform";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";

const writesTo = (address: string) =>
  `pipeline: {type: chain, transforms: [{type: Create, config: {elements: [1]}}, {type: Write, config: {url: "${address}"}}]}\n`;

function found(pipeline: Partial<NonNullable<EnvironmentSpec["pipelines"]>[string]>, file = writesTo("https://example.com")) {
  const spec: EnvironmentSpec = {
    name: "test",
    cluster: { type: "embedded" },
    flink: { clusters: { main: {} } },
    elasticsearch: {
      clusters: {
        docs: { nodeSets: { all: { count: 1, storage: Size.gibibytes(10) } } },
        near: { namespace: "flink", nodeSets: { all: { count: 1, storage: Size.gibibytes(10) } } },
      },
    },
    pipelines: { mine: { file: "p.yaml", runner: "main", ...pipeline } },
  };
  const result = createPlatform().resolve(spec, { files: new Map([["p.yaml", file]]) });
  const all = result.ok ? result.warnings : result.problems;
  return all.filter(({ id }) => id.startsWith("pipelines.")).map(({ id, path, severity = "error" }) => `${severity} ${id} at ${path}`);
}

test("a file that names a store's address, but not the store, is pointed out", () => {
  const file = writesTo("https://docs-es-http.elasticsearch.svc:9200");

  expect(found({}, file)).toEqual(["warning pipelines.store-not-named at pipelines.mine.stores"]);
  expect(found({ stores: ["docs"] }, file)).toEqual([]);
});

test.each([
  ["in another namespace", "https://docs-es-http.default.svc.cluster.local:9200", "docs"],
  ["in its own namespace, where it is not", "https://docs-es-http:9200", "docs"],
])("an address of a store %s is pointed out", (_where, address, store) => {
  expect(found({ stores: [store] }, writesTo(address))).toEqual([
    "warning pipelines.store-in-other-namespace at pipelines.mine.definition",
  ]);
});

test("an address that a binding puts right is not pointed out, nor one in the pipeline's own namespace", () => {
  const value = "https://docs-es-http.elasticsearch.svc:9200";
  const bindings = { "Write.url": { type: "value", value } } as const;

  expect(found({ stores: ["docs"], bindings }, writesTo("https://docs-es-http.default.svc:9200"))).toEqual([]);
  expect(found({ stores: ["near"] }, writesTo("https://near-es-http:9200"))).toEqual([]);
});

test("a Secret of a store in the pipeline's own namespace is right", () => {
  const url = (name: string) => ({ bindings: { "Write.url": { type: "secret-ref", name, key: "elastic" } } }) as const;

  expect(found(url("near-es-elastic-user"))).toEqual([]);
  expect(found(url("docs-es-writer-key"))).toEqual([]);
  expect(found(url("docs-es-elastic-user"))).toEqual(['error pipelines.secret-in-other-namespace at pipelines.mine.bindings."Write.url"']);
});
