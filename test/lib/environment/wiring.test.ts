/** What `local` and `prod` wire: pipelines, features, vectors, training, registries and serving, as their lineage tells. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createPlatform } from "#charts/platform";
import { unwrap } from "#lib/core/problem";
import { follow, type LineageNode } from "#lib/environment/lineage";
import type { EnvironmentSpec } from "#lib/environment/spec";
import local from "../../../stacks/env/local";
import prod from "../../../stacks/env/prod";

const platform = createPlatform();

function resolved(spec: EnvironmentSpec) {
  const text = (path: string) => readFileSync(join(__dirname, "../../../stacks/env", path), "utf8");
  return unwrap(platform.resolve(spec, { files: new Map(platform.filesOf(spec).map((path) => [path, text(path)])) }));
}

const flat = ({ thing, next }: LineageNode): string[] => [thing, ...next.flatMap(flat)];

const CHAINS: Readonly<Record<string, readonly string[]>> = {
  "local, features": ["pipelines.visits", "feast.stores.people", "ray.jobs.resources"],
  "local, vectors": ["pipelines.demo", "elasticsearch.clusters.demo-01"],
  "local, models": ["trainer.jobs.classifier", "modelStorage.models", "mlflow.servers.registry", "kserve.services.classifier"],
  "prod, features": ["pipelines.visits", "feast.stores.people", "trainer.jobs.ranking", "kserve.services.ranking"],
  "prod, vectors": ["pipelines.articles", "elasticsearch.clusters.documents"],
  "prod, models": ["trainer.jobs.ranking", "modelStorage.models", "mlflow.servers.runs", "kserve.services.ranking"],
};
const lineages = { local: resolved(local).lineage, prod: resolved(prod).lineage };

test.each(Object.entries(CHAINS))("%s: what the first writes reaches all others", (title, chain) => {
  const lineage = title.startsWith("local") ? lineages.local : lineages.prod;

  expect(flat(follow(lineage, chain[0] ?? "", "downstream"))).toEqual(expect.arrayContaining([...chain]));
});

test.each([
  ["local", local],
  ["prod", prod],
])("pipelines of %s write vector indexes that the environment makes", (_name, spec) => {
  const indexes = Object.entries(spec.vectorIndexes ?? {}).map(([name, { store, version = 1 }]) => ({
    store,
    name,
    index: `${name}-v${version}`,
  }));
  const files = Object.values(spec.pipelines ?? {}).map(({ file = "", stores = [] }) => ({
    stores,
    text: readFileSync(join(__dirname, "../../../stacks/env", file), "utf8"),
  }));

  const written = indexes.filter(({ store, name, index }) =>
    files.some(
      ({ stores, text }) =>
        stores.includes(store) && [name, index].some((one) => text.includes(`index_name: ${one}`) || text.includes(`index_name: "${one}"`)),
    ),
  );
  expect(written).toHaveLength(1);
});
