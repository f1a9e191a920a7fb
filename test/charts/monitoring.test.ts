/** What is watched follows from what the environment has. */

import { synthesize } from "#charts/synthesize";
import { unwrap } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import { resolve } from "#lib/environment/resolve";
import { defineEnvironment, type EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";

const cluster = { type: "embedded" } as const;
const flink = { clusters: { main: {}, other: { namespace: "streams" } } };

function objects(spec: EnvironmentSpec): KubeObject[] {
  return unwrap(synthesize(unwrap(resolve(spec, { files: new Map() })))).objects.map(({ manifest }) => manifest);
}

function names(spec: EnvironmentSpec, kind: string): string[] {
  return objects(spec)
    .filter((object) => object.kind === kind)
    .map(({ metadata }) => metadata.name);
}

test("watches the operator, every cluster and cert-manager", () => {
  const spec = defineEnvironment({ name: "test", cluster, certManager: {}, flink, monitoring: {} });

  expect(names(spec, "PodMonitor")).toEqual(["cert-manager", "flink-flink-main", "flink-operator", "flink-streams-other"]);
  expect(names(spec, "PrometheusRule")).toEqual(["flink"]);
  expect(names(spec, "ConfigMap").filter((name) => name.startsWith("dashboard-"))).toEqual([
    "dashboard-beamstack-beam-on-flink",
    "dashboard-beamstack-flink",
  ]);
});

test("watches Karpenter and the operator of Elasticsearch where they are", () => {
  const spec = defineEnvironment({
    name: "test",
    cluster,
    karpenter: { clusterName: "test", nodes: { image: "al2023@v20260810", identity: { type: "role", role: "nodes" } } },
    elasticsearch: { clusters: { rag: { nodeSets: { default: { count: 1, storage: Size.gibibytes(10) } } } } },
    monitoring: {},
  });

  expect(names(spec, "PodMonitor")).toEqual(["elastic-operator", "karpenter"]);
});

test("watches nothing that is not there", () => {
  const spec = defineEnvironment({ name: "test", cluster, monitoring: {} });

  expect(names(spec, "PodMonitor")).toEqual([]);
  expect(names(spec, "PrometheusRule")).toEqual([]);
});

test("adds nothing to an environment that asks for no monitoring", () => {
  const spec = defineEnvironment({ name: "test", cluster, flink });

  expect(objects(spec).filter(({ metadata }) => metadata.namespace === "monitoring")).toEqual([]);
});

test("lets Prometheus into each namespace whose pods it scrapes", () => {
  const spec = defineEnvironment({ name: "test", cluster, flink, monitoring: {} });
  const entrances = objects(spec).filter(({ kind, metadata }) => kind === "NetworkPolicy" && /^scrape-.*-ingress$/.test(metadata.name));

  expect(entrances.map(({ metadata }) => metadata.namespace)).toEqual(["flink", "flink", "streams"]);
});

test("refuses thresholds of alerts about a Flink that is not there", () => {
  const spec = defineEnvironment({ name: "test", cluster, monitoring: { flinkAlerts: { restarts: 5 } } });

  expect(resolve(spec, { files: new Map() })).toMatchObject({
    ok: false,
    problems: [{ id: "monitoring.flink-alerts-without-flink", path: "monitoring.flinkAlerts" }],
  });
});
