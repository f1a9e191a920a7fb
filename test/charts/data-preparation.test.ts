/** Flink in an environment: references by name, what must come first, and what one section forbids another. */

import { synthesize } from "#charts/synthesize";
import { unwrap } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import { resolve } from "#lib/environment/resolve";
import { defineEnvironment, type EnvironmentSpec } from "#lib/environment/spec";

const cluster = { type: "embedded" } as const;
const nodePools = { small: { type: "plain", nodes: 1, node: { cpu: 4, memory: Size.gibibytes(8) } } } as const;

function problems(spec: EnvironmentSpec) {
  const result = resolve(spec, {
    files: new Map([["p.yaml", "pipeline: { type: chain, transforms: [{ type: Create, config: { elements: [1] } }] }"]]),
  });
  return result.ok ? [] : result.problems.map(({ id, path }) => ({ id, path }));
}

test("refuses a pool that is not declared, in types and in values", () => {
  const spec = defineEnvironment({
    name: "test",
    cluster,
    nodePools,
    // @ts-expect-error no pool is called smal
    flink: { clusters: { main: { taskManager: { pool: "smal" } } } },
  });

  expect(problems(spec)).toEqual([{ id: "environment.unknown-node-pool", path: "flink.clusters.main.taskManager.pool" }]);
});

test("refuses a TaskManager that no node of its pool can hold, workers included", () => {
  const fits = { taskManager: { pool: "small", cpu: 2, slots: 2 }, worker: { cpuPerSlot: 1 } } as const;
  const spec = (cpuPerSlot: number) =>
    defineEnvironment({ name: "test", cluster, nodePools, flink: { clusters: { main: { ...fits, worker: { cpuPerSlot } } } } });

  expect(problems(spec(1))).toEqual([]);
  expect(problems(spec(1.5))).toEqual([{ id: "flink.pod-does-not-fit", path: "flink.clusters.main.taskManager" }]);
});

test("refuses GPUs on a pool without any", () => {
  const spec = defineEnvironment({
    name: "test",
    cluster,
    nodePools,
    flink: { clusters: { main: { taskManager: { pool: "small" }, worker: { gpus: 1 } } } },
  });

  expect(problems(spec)).toEqual([{ id: "flink.pod-does-not-fit", path: "flink.clusters.main.taskManager" }]);
});

test("refuses a webhook where nothing issues its certificate, and a namespace that the operator does not watch", () => {
  const spec = defineEnvironment({
    name: "test",
    cluster,
    flink: { operator: { webhook: true, watchNamespaces: ["flink"] }, clusters: { main: { namespace: "streams" } } },
  });

  expect(problems(spec)).toEqual([
    { id: "flink.namespace-not-watched", path: "flink.clusters.main.namespace" },
    { id: "flink.webhook-without-cert-manager", path: "flink.operator.webhook" },
  ]);
});

test("refuses an upgrade by savepoint on a cluster that has no place for one", () => {
  const spec = (storage?: { type: "s3"; uri: "s3://bucket/flink" }) =>
    defineEnvironment({
      name: "test",
      cluster,
      flink: { clusters: { main: { ...(storage && { storage }) } } },
      pipelines: { clicks: { file: "p.yaml", runner: "main", upgrade: "savepoint" } },
    });

  expect(problems(spec())).toEqual([{ id: "pipelines.upgrade-without-savepoint-storage", path: "pipelines.clicks.upgrade" }]);
  expect(problems(spec({ type: "s3", uri: "s3://bucket/flink" }))).toEqual([]);
});

test("a cluster comes after its pool, its accounts, its operator and its namespace, and the operator after cert-manager", () => {
  const spec = defineEnvironment({
    name: "test",
    cluster: { type: "context", context: "x" },
    certManager: {},
    nodePools,
    flink: { clusters: { main: { taskManager: { pool: "small" } } } },
  });

  const { edges } = unwrap(synthesize(unwrap(resolve(spec, { files: new Map() }))));

  const needs = (from: string) => edges.filter((edge) => edge.from === from).map(({ to }) => to);
  expect(needs("flink.apache.org/FlinkDeployment/flink/main")).toEqual(
    expect.arrayContaining([
      "core/Namespace/flink",
      "core/ServiceAccount/flink/main",
      "core/ServiceAccount/flink/main-taskmanager",
      "helm/Release/flink/flink-kubernetes-operator",
      "rbac.authorization.k8s.io/RoleBinding/flink/main",
      "core/ConfigMap/beamstack-system/node-pool-small",
    ]),
  );
  expect(needs("helm/Release/flink/flink-kubernetes-operator")).toContain("helm/Release/cert-manager/cert-manager");
});
