/** Network flows of an application or server. */

import { bucketFlows } from "#lib/kube/bucket-clients";
import type { BucketSet } from "#lib/kube/bucket-set";
import { featureStoreFlow } from "#lib/kube/feature-store";
import { identityFlows } from "#lib/kube/identity";
import type { MetricsTarget } from "#lib/kube/monitoring";
import { apiServerFlow, type FlowProps, OUTSIDE, type PodsEnd, pods } from "#lib/kube/network";
import { APPLICATION_LABEL } from "./pods";
import { bucketSetOf, bucketsOf, eventLogConf, hadoopProperties, trustConf } from "./preparation";
import type { CommonSettings } from "./schema";

/** Ports of drivers and executors for each other, which {@link networkConf} fixes. */
const DRIVER_PORT = 7078;
const BLOCK_PORT = 7079;

/** Port of the driver's web UI, and of its metrics. */
const UI_PORT = 4040;

/** Fixed ports instead of random ones, so that network policies can name them. Source: Spark 4.0 documentation, "Configuration", Networking. */
export function networkConf(): Record<string, string> {
  return {
    "spark.driver.port": `${DRIVER_PORT}`,
    "spark.driver.blockManager.port": `${BLOCK_PORT}`,
    "spark.blockManager.port": `${BLOCK_PORT}`,
    "spark.port.maxRetries": "0",
  };
}

/** File systems of the buckets, and the event log. */
export function bucketConf(buckets: BucketSet, settings: Pick<CommonSettings, "version" | "eventLogs">): Record<string, string> {
  const properties = Object.entries(hadoopProperties(buckets, settings.version));
  return {
    ...Object.fromEntries(properties.map(([key, value]) => [`spark.hadoop.${key}`, value])),
    ...trustConf(buckets),
    ...eventLogConf(settings),
  };
}

/** Metrics of the driver and its executors on the port of the web UI. Source: Spark 4.0 documentation, "Monitoring and Instrumentation". */
export function metricsConf(): Record<string, string> {
  return { "spark.ui.prometheus.enabled": "true", "spark.ui.port": `${UI_PORT}` };
}

/** Pods that start executors, by the role that the operator labels them with. */
export function driverPods(label: string, namespace: string, role: "driver" | "connect-server" = "driver"): PodsEnd {
  return pods(namespace, { [APPLICATION_LABEL]: label, "spark-role": role });
}

/** The driver's endpoint with the metrics of its executors. */
export function driverTarget(driver: PodsEnd): MetricsTarget {
  return {
    name: `spark-${driver.namespace}.${labelOf(driver)}`,
    pods: driver,
    port: UI_PORT,
    path: "/metrics/executors/prometheus",
    podLabels: [APPLICATION_LABEL],
  };
}

/** Flows between its pods, from its driver to the API server, and to what it needs outside; `name` is the beginning of the policies' names. */
export function sparkFlows(
  driver: PodsEnd,
  name: string,
  settings: Pick<CommonSettings, "outsidePorts" | "buckets" | "eventLogs" | "featureStore" | "serviceAccountAnnotations" | "namespace">,
): FlowProps[] {
  const { featureStore, outsidePorts, serviceAccountAnnotations } = settings;
  const all = pods(driver.namespace, { [APPLICATION_LABEL]: labelOf(driver) });
  return [
    { name, from: all, to: all, ports: [{ port: DRIVER_PORT }, { port: BLOCK_PORT }] },
    apiServerFlow(name, driver),
    ...(outsidePorts.length > 0
      ? [{ name: `${name}-outside`, from: all, to: OUTSIDE, ports: outsidePorts.map((port) => ({ port })) }]
      : []),
    ...(featureStore ? [featureStoreFlow(featureStore, `spark.${labelOf(driver)}`, all)] : []),
    ...bucketsOf(settings).flatMap((bucket) => bucketFlows(bucket, `spark.${labelOf(driver)}`, all)),
    ...identityFlows(name, all, { ...serviceAccountAnnotations, ...bucketSetOf(settings).annotations }),
  ];
}

function labelOf({ labels }: PodsEnd): string {
  return labels[APPLICATION_LABEL] ?? "";
}
