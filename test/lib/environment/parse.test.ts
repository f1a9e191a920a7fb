/** What an environment is once it is read, and what its parts must agree on. */

import { createPlatform } from "#charts/platform";
import { unwrap } from "#lib/core/problem";
import type { EnvironmentSpec } from "#lib/environment/spec";
import { EMBEDDED, places } from "../../fixtures/platform";

const platform = createPlatform();
const elsewhere: EnvironmentSpec = { name: "test", cluster: { type: "context", context: "c" } };

test("operators are simulated where containers do not run, and real elsewhere", () => {
  expect(unwrap(platform.resolve(EMBEDDED)).environment.operators).toBe("simulated");
  expect(unwrap(platform.resolve(elsewhere)).environment.operators).toBe("helm");
});

test("refuses simulated operators on a cluster that runs containers", () => {
  expect(places({ ...elsewhere, operators: "simulated" })).toEqual([{ id: "environment.simulated-operators", path: "operators" }]);
});

test("a resolved environment cannot be changed", () => {
  const { environment } = unwrap(platform.resolve(EMBEDDED));

  expect(() => Object.assign(environment, { production: true })).toThrow(TypeError);
});

test("what is not an environment at all is a problem and no crash", () => {
  for (const nothing of [{}, [], "prod", 7, null, undefined]) {
    expect(platform.resolve(nothing)).toMatchObject({ ok: false });
  }
});

test.each([
  ["a value at the top", { production: "yes" }, { id: "spec.wrong-type", path: "production" }],
  ["an optional prop", { certManager: { replicas: 1.5 } }, { id: "spec.wrong-type", path: "certManager.replicas" }],
  ["an unknown key", { flink: { clusters: {}, operater: {} } }, { id: "spec.unknown-key", path: "flink.operater" }],
  ["a record's entry", { flink: { clusters: { other: { image: 7 } } } }, { id: "spec.wrong-type", path: "flink.clusters.other.image" }],
  ["a whole section", { certManager: "yes" }, { id: "spec.wrong-type", path: "certManager" }],
])("%s that is wrong hides no other problem", (_what, wrong, problem) => {
  const main = { highAvailability: true };
  const flink = "flink" in wrong ? { ...wrong.flink, clusters: { ...wrong.flink.clusters, main } } : { clusters: { main } };

  const found = places({ ...EMBEDDED, ...wrong, flink });

  expect(found).toHaveLength(2);
  expect(found).toEqual(
    expect.arrayContaining([problem, { id: "flink.ha-without-storage", path: "flink.clusters.main.highAvailability" }]),
  );
});

test("a section that cannot be read still counts as there", () => {
  const limits = { cpu: 64, memory: "64Gi" };
  const nodePools = { general: { type: "karpenter-aws", instanceTypes: ["m7i.2xlarge"], limits } };
  const clusters = { main: { taskManager: { pool: "general" } } };

  expect(places({ ...EMBEDDED, karpenter: {}, nodePools, monitoring: "all", flink: { clusters, alerts: {} } })).toEqual([
    { id: "spec.missing", path: "karpenter.clusterName" },
    { id: "spec.missing", path: "karpenter.nodes" },
    { id: "spec.wrong-type", path: "monitoring" },
    { id: "spec.wrong-value", path: "nodePools.general.limits.memory" },
  ]);
});

test("nothing follows from the one pool of an environment where it is wrong", () => {
  const { cpu, memory } = { cpu: 0, memory: "8Gi" };

  expect(places({ ...EMBEDDED, certManager: {}, nodePools: { a: { type: "static", nodes: 1, node: { cpu, memory } } } })).toEqual([
    { id: "spec.wrong-value", path: "nodePools.a.node.cpu" },
    { id: "spec.wrong-value", path: "nodePools.a.node.memory" },
  ]);
});
