/** What is watched follows from what the environment has. */

import { Size } from "#lib/core/size";
import { defineEnvironment, type EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { places, released } from "../fixtures/platform";

const cluster = { type: "embedded" } as const;
const flink = { clusters: { main: {}, other: { namespace: "streams" } } };

function objects(spec: EnvironmentSpec): KubeObject[] {
  return released(spec).objects.map(({ manifest }) => manifest);
}

function names(spec: EnvironmentSpec, kind: string): string[] {
  return objects(spec)
    .filter((object) => object.kind === kind)
    .map(({ metadata }) => metadata.name);
}

test("watches the operator, every cluster and cert-manager", () => {
  const spec = defineEnvironment({ name: "test", cluster, certManager: {}, flink, monitoring: {} });

  expect(names(spec, "PodMonitor")).toEqual([
    "cert-manager.cainjector",
    "cert-manager.controller",
    "cert-manager.webhook",
    "flink-flink.main",
    "flink-operator",
    "flink-streams.other",
  ]);
  expect(names(spec, "PrometheusRule")).toEqual(["cert-manager", "flink"]);
  expect(names(spec, "ConfigMap").filter((name) => name.startsWith("dashboard-"))).toEqual([
    "dashboard-beamstack-beam-on-flink",
    "dashboard-beamstack-flink",
    "dashboard-beamstack-home",
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

test("refuses alert thresholds where nothing evaluates them", () => {
  const spec = defineEnvironment({ name: "test", cluster, flink: { ...flink, alerts: { restarts: 5 } } });

  expect(places(spec)).toEqual([{ id: "flink.alerts-without-monitoring", path: "flink.alerts" }]);
});

test("alerts at the thresholds of the environment", () => {
  const rules = (restarts: number) => {
    const spec = defineEnvironment({ name: "test", cluster, flink: { ...flink, alerts: { restarts } }, monitoring: {} });
    return JSON.stringify(objects(spec).filter(({ kind }) => kind === "PrometheusRule"));
  };

  expect(rules(5)).toContain(">= 5");
  expect(rules(5)).not.toBe(rules(6));
});
