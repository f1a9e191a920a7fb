/** Where the metrics of Flink's pods are. */

import type { MetricsTarget } from "#lib/kube/monitoring";
import { pods } from "#lib/kube/network";
import type { FlinkCluster } from "./flink-cluster";
import type { FlinkOperator } from "./flink-operator";
import { OPERATOR_METRICS_PORT } from "./values";

/** JobManagers and TaskManagers of a cluster; `app` is the cluster's name on every series, `component` says which of the two. */
export function clusterMetrics({ name, namespace, podLabels, metricsPort }: FlinkCluster): MetricsTarget {
  return {
    name: `flink-${namespace}-${name}`,
    pods: pods(namespace, podLabels),
    port: metricsPort,
    path: "/",
    podLabels: ["app", "component"],
  };
}

/** The operator. */
export function operatorMetrics({ namespace, podLabels }: FlinkOperator): MetricsTarget {
  return { name: "flink-operator", pods: pods(namespace, podLabels), port: OPERATOR_METRICS_PORT, path: "/" };
}
