/** What pipelines of an environment ask of the cluster that they run on. */

import { createPlatform } from "#charts/platform";
import type { EnvironmentSpec } from "#lib/environment/spec";

const FILE = "pipeline: { type: chain, transforms: [{ type: Create, config: { elements: [1] } }] }";

const FOUR_SLOTS = { taskManager: { maxReplicas: 2, slots: 2 } };

type Specs = Required<Pick<EnvironmentSpec, "flink" | "pipelines">>;

function found(pipeline: Partial<Specs["pipelines"][string]>, main: NonNullable<Specs["flink"]["clusters"]>[string] = {}) {
  const pipelines = { mine: { ...(pipeline.definition === undefined && { file: "p.yaml" }), runner: "main", ...pipeline } };
  const spec: EnvironmentSpec = { name: "test", cluster: { type: "embedded" }, flink: { clusters: { main } }, pipelines };
  const result = createPlatform().resolve(spec, { files: new Map([["p.yaml", FILE]]) });
  const all = result.ok ? result.warnings : result.problems;
  return all.map(({ id, path, severity = "error" }) => `${severity} ${id} at ${path}`);
}

test("refuses an upgrade by savepoint on a cluster that has no place for one", () => {
  const storage = { type: "s3", uri: "s3://bucket/flink" } as const;

  expect(found({ upgrade: "savepoint" })).toEqual(["error pipelines.upgrade-without-savepoint-storage at pipelines.mine.upgrade"]);
  expect(found({ upgrade: "savepoint" }, { storage })).toEqual([]);
  expect(found({ upgrade: "savepoint" }, { savepoints: { storage } })).toEqual([]);
});

test("more tasks side by side than there can be slots is an error for a stream, and pointed out for a pipeline with an end", () => {
  expect(found({ parallelism: 4 }, FOUR_SLOTS)).toEqual([]);
  expect(found({ parallelism: 5 }, FOUR_SLOTS)).toEqual(["warning pipelines.parallelism-beyond-slots at pipelines.mine.parallelism"]);
  expect(found({ parallelism: 5, options: { streaming: true } }, FOUR_SLOTS)).toEqual([
    "error pipelines.parallelism-beyond-slots at pipelines.mine.parallelism",
  ]);
});

test("refuses transforms of Java, which no worker runs, unless TaskManagers themselves run them", () => {
  const definition = (options = "") =>
    `pipeline: {type: chain, transforms: [{type: ReadFromJdbc, name: Orders, config: {url: "jdbc:x"}}, {type: LogForTesting}]}${options}\n`;
  const known = "warning beam.needs-java at pipelines.mine.definition:1:45 Orders.type";
  const refused = [known, "error pipelines.needs-java at pipelines.mine.runner"];

  expect(found({ definition: definition() })).toEqual(refused);
  expect(found({ definition: definition(), options: { default_environment_type: "DOCKER" } })).toEqual(refused);
  expect(found({ definition: definition(), options: { default_environment_type: "EMBEDDED" } })).toEqual([known]);
  expect(found({ definition: definition("\noptions: {default_environment_type: PROCESS}") })).toEqual([known]);
});
