/** Company defaults: what counts where an environment says nothing. */

import { createPlatform } from "#charts/platform";
import { type JsonValue, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import type { Defaults } from "#lib/environment/with-defaults";
import { EMBEDDED } from "../../fixtures/platform";

function resolved(defaults: Defaults, spec: object) {
  return createPlatform({ defaults }).resolve({ ...EMBEDDED, ...spec });
}

/** A field of an object of the release. */
function field(defaults: Defaults, spec: object, id: string, path: readonly string[]): JsonValue | undefined {
  const { objects } = unwrap(resolved(defaults, spec)).release;
  return valueAt(objects.find((object) => object.id === id)?.manifest, path);
}

const cluster = (name: string) => `flink.apache.org/FlinkDeployment/flink/${name}`;
const CPU = ["spec", "taskManager", "resource", "cpu"];
const JOB_MANAGERS = ["spec", "jobManager", "resource", "cpu"];

test("a default of a record holds for each of its entries, and an entry's own value counts more", () => {
  const defaults = { flink: { clusters: { taskManager: { cpu: 3 }, jobManager: { cpu: 2 } } } };
  const flink = { clusters: { silent: {}, own: { taskManager: { cpu: 5 } } } };

  expect(field(defaults, { flink }, cluster("silent"), CPU)).toBe(3);
  expect(field(defaults, { flink }, cluster("own"), CPU)).toBe(5);
  expect(field(defaults, { flink }, cluster("own"), JOB_MANAGERS)).toBe(2);
});

test("a default adds no section and no entry", () => {
  const { objects } = unwrap(resolved({ flink: { clusters: { taskManager: { cpu: 3 } } }, certManager: { replicas: 2 } }, {})).release;

  expect(objects.every(({ component }) => component === "foundation")).toBe(true);
  const alone = resolved({ flink: { clusters: { taskManager: { cpu: 3 } } } }, { flink: {} });
  expect(unwrap(alone).release.objects.filter(({ manifest }) => manifest.kind === "FlinkDeployment")).toEqual([]);
});

test("a default of a tagged union counts for the entries that it is about", () => {
  const defaults = { nodePools: { taints: [{ key: "team", effect: "NoSchedule" }], rootVolume: Size.gibibytes(200) } } as const;
  const node = { cpu: 16, memory: Size.gibibytes(64) };
  const aws = { type: "karpenter-aws", instanceTypes: ["m7i.2xlarge"], limits: { cpu: 64, memory: Size.gibibytes(256) } };
  const karpenter = { clusterName: "c", nodes: { image: "al2023@v20260810", identity: { type: "role", role: "nodes" } } };
  const spec = { karpenter, nodePools: { fixed: { type: "static", nodes: 1, node }, made: aws } };
  const record = (pool: string) =>
    String(field(defaults, spec, `core/ConfigMap/beamstack-system/node-pool-${pool}`, ["data", "pool.json"]));

  expect(record("fixed")).toContain('"team"');
  expect(record("made")).toContain('"team"');
  const volume = ["spec", "blockDeviceMappings"];
  expect(JSON.stringify(field(defaults, spec, "karpenter.k8s.aws/EC2NodeClass/made", volume))).toContain('"200Gi"');
});

test("a default of a record of plain values is taken key by key", () => {
  const defaults = { flink: { clusters: { flinkConfiguration: { "a.b": "company", "c.d": "company" } } } };
  const flink = { clusters: { main: { flinkConfiguration: { "a.b": "own" } } } };

  expect(field(defaults, { flink }, cluster("main"), ["spec", "flinkConfiguration"])).toMatchObject({ "a.b": "own", "c.d": "company" });
});

test("a default may be a name, which the environment must declare", () => {
  const defaults = { flink: { clusters: { taskManager: { pool: "general" } } } };
  const flink = { clusters: { main: {} } };
  const general = { type: "static", nodes: 1, node: { cpu: 16, memory: Size.gibibytes(64) } };

  expect(resolved(defaults, { flink, nodePools: { general } })).toMatchObject({ ok: true });
  expect(resolved(defaults, { flink })).toMatchObject({
    problems: [{ id: "environment.unknown-name", path: "flink.clusters.main.taskManager.pool" }],
  });
});

test.each([
  ["a wrong value of the environment", { monitoring: { grafana: "yes" } }],
  ["null", { monitoring: { grafana: null } }],
])("%s is a problem, whatever the defaults are", (_what, spec) => {
  expect(resolved({ monitoring: { grafana: { adminSecret: "grafana" } } }, spec)).toMatchObject({
    problems: [{ id: "spec.wrong-type", path: "monitoring.grafana" }],
  });
});

test("a default that no section knows is a problem of each environment", () => {
  const defaults = { certManager: { replicaz: 2 } } as Defaults;

  expect(resolved(defaults, { certManager: {} })).toMatchObject({ problems: [{ id: "spec.unknown-key", path: "certManager.replicaz" }] });
});

test("a default of an unknown section is a problem", () => {
  const defaults: object = { flnk: { operator: { replicas: 2 } } };

  expect(resolved(defaults, {})).toMatchObject({
    problems: [{ id: "spec.unknown-key", path: "defaults.flnk", fix: "did you mean flink?" }],
  });
});
