/** Flink in an environment: references by name, what must come first, and what one section forbids another. */

import { Size } from "#lib/core/size";
import { defineEnvironment } from "#lib/environment/spec";
import { places, released } from "../fixtures/platform";

const cluster = { type: "embedded" } as const;
const nodePools = { small: { type: "static", nodes: 1, node: { cpu: 4, memory: Size.gibibytes(8) } } } as const;

test("refuses a pool that is not declared, in types and in values", () => {
  const spec = defineEnvironment({
    name: "test",
    cluster,
    nodePools,
    // @ts-expect-error no pool is called smal
    flink: { clusters: { main: { taskManager: { pool: "smal" } } } },
  });

  expect(places(spec)).toEqual([{ id: "environment.unknown-name", path: "flink.clusters.main.taskManager.pool" }]);
});

test("refuses a webhook where nothing issues its certificate, and a namespace that the operator does not watch", () => {
  const spec = defineEnvironment({
    name: "test",
    cluster,
    flink: { operator: { webhook: true, watchNamespaces: ["flink"] }, clusters: { main: { namespace: "streams" } } },
  });

  expect(places(spec)).toEqual([
    { id: "flink.namespace-not-watched", path: "flink.clusters.main.namespace" },
    { id: "flink.webhook-without-cert-manager", path: "flink.operator.webhook" },
  ]);
});

test("a cluster comes after its pool, its accounts, its operator and its namespace, and the operator after cert-manager", () => {
  const spec = defineEnvironment({
    name: "test",
    cluster: { type: "context", context: "x" },
    certManager: {},
    nodePools,
    flink: { clusters: { main: { taskManager: { pool: "small" } } } },
  });

  const { edges } = released(spec);

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
