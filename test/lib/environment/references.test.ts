/** Names in an environment: declared once, referred to by sections of any kind. */

import { z } from "zod";
import { createPlatform } from "#charts/platform";
import { flinkPin } from "#lib/components/flink/index";
import { catalog } from "#lib/components/registry";
import { Size } from "#lib/core/size";
import { section } from "#lib/environment/section";
import { EMBEDDED, places, problemsOf } from "../../fixtures/platform";

const node = { cpu: 16, memory: Size.gibibytes(64) };
const nodePools = { general: { type: "static", nodes: 1, node } };
const nodeSet = { count: 1, storage: Size.gibibytes(10) };
const FILES = { "p.yaml": "pipeline: { type: chain, transforms: [{ type: Create, config: { elements: [1] } }] }" };

test("an unknown name is told with the names there are and the one that was probably meant", () => {
  const flink = { clusters: { main: { taskManager: { pool: "genral" } }, other: { taskManager: { pool: "tpu" } } } };

  expect(problemsOf({ ...EMBEDDED, nodePools, flink })).toEqual([
    {
      id: "environment.unknown-name",
      path: "flink.clusters.main.taskManager.pool",
      got: '"genral"',
      allowed: "one of general",
      fix: "did you mean general?",
    },
    {
      id: "environment.unknown-name",
      path: "flink.clusters.other.taskManager.pool",
      got: '"tpu"',
      allowed: "one of general",
      fix: "use a declared name, or declare it",
    },
  ]);
});

test("a name where nothing is declared is unknown, too", () => {
  const pipelines = { mine: { file: "p.yaml", runner: "main" } };

  expect(problemsOf({ ...EMBEDDED, pipelines }, FILES)).toMatchObject([
    { id: "environment.unknown-name", path: "pipelines.mine.runner", allowed: expect.stringContaining("declares none") },
  ]);
});

test("what is no name is a problem, once", () => {
  const pipelines = { object: { file: "p.yaml", runner: {} }, number: { file: "p.yaml", runner: 7 } };

  expect(places({ ...EMBEDDED, flink: { clusters: { main: {} } }, pipelines }, FILES)).toEqual([
    { id: "spec.wrong-value", path: "pipelines.number.runner" },
    { id: "environment.unknown-name", path: "pipelines.object.runner" },
  ]);
});

test("an entry with an unknown name hides no problem of itself or of others, and is the cause of none", () => {
  const flink = {
    clusters: {
      lost: { taskManager: { pool: "nowhere", cpu: 0 } },
      strict: { highAvailability: true },
    },
  };
  const elasticsearch = { clusters: { docs: { nodeSets: { all: { ...nodeSet, pool: "nowhere" } } } } };
  const pipelines = {
    lost: { file: "p.yaml", runner: "man" },
    beside: { file: "none.yaml", runner: "strict" },
    onLost: { file: "p.yaml", runner: "lost", stores: ["docs"] },
  };

  expect(places({ ...EMBEDDED, nodePools, flink, elasticsearch, pipelines }, FILES)).toEqual([
    { id: "environment.unknown-name", path: "elasticsearch.clusters.docs.nodeSets.all.pool" },
    { id: "spec.wrong-value", path: "flink.clusters.lost.taskManager.cpu" },
    { id: "environment.unknown-name", path: "flink.clusters.lost.taskManager.pool" },
    { id: "flink.ha-without-storage", path: "flink.clusters.strict.highAvailability" },
    { id: "pipelines.missing-file", path: "pipelines.beside.file" },
    { id: "environment.unknown-name", path: "pipelines.lost.runner" },
    { id: "spec.wrong-value", path: "pipelines.onLost" },
  ]);
});

test("a name that two sections declare for one role is refused: a reference would not say which", () => {
  const engines = section({
    key: "engines",
    stage: "compute",
    pin: { ...flinkPin, kinds: [] },
    schema: z.record(z.string(), z.strictObject({})),
    declares: { beamRunner: "" },
    build: () => undefined,
  });
  const platform = createPlatform({ sections: [...catalog, engines] });

  const result = platform.resolve({ ...EMBEDDED, flink: { clusters: { main: {} } }, engines: { main: {}, other: {} } });

  expect(result).toMatchObject({
    ok: false,
    problems: [{ id: "environment.duplicate-name", path: "engines.main", got: expect.stringContaining("flink.clusters.main") }],
  });
});

test("one name may be declared for two roles", () => {
  const elasticsearch = { clusters: { main: { nodeSets: { all: nodeSet } } } };

  expect(places({ ...EMBEDDED, flink: { clusters: { main: {} } }, elasticsearch })).toEqual([]);
});
