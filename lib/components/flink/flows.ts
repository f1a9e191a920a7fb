/** Network flows of a session cluster. */

import { bucketFlows } from "#lib/kube/bucket-clients";
import { apiServerFlow, CLOUD_IDENTITY, type FlowProps, OUTSIDE, pods } from "#lib/kube/network";
import type { DurableStorage } from "./storage";

/** Port of Flink's REST API. */
export const REST_PORT = 8081;

/** Namespaces of the cluster and its operator. */
export interface FlowPlaces {
  readonly name: string;
  readonly namespace: string;
  /** Namespace of the operator. */
  readonly operatorNamespace: string;
  readonly stores: readonly DurableStorage[];
}

/** Labels that native mode puts on the pods of a cluster. */
export function clusterLabels(name: string, component?: "jobmanager" | "taskmanager"): Record<string, string> {
  return { app: name, type: "flink-native-kubernetes", ...(component && { component }) };
}

/** Network flows of a cluster without pipelines. */
export function clusterFlows({ name, namespace, operatorNamespace, stores }: FlowPlaces): FlowProps[] {
  const cluster = pods(namespace, clusterLabels(name));
  const rest = pods(namespace, clusterLabels(name, "jobmanager"));
  const operator = pods(operatorNamespace, { "app.kubernetes.io/name": "flink-kubernetes-operator" });
  return [
    // RPC, blob server and shuffle use random ports.
    { name: `${name}-internal`, from: cluster, to: cluster, ports: [] },
    { name: `${name}-operator`, from: operator, to: rest, ports: [{ port: REST_PORT }] },
    apiServerFlow(name, cluster),
    // Object stores, and addresses that user code in the workers uses.
    { name: `${name}-outside`, from: cluster, to: OUTSIDE, ports: [] },
    ...stores
      .flatMap(({ from }) => (from ? bucketFlows(from.bucket, `flink.${name}`, cluster) : []))
      .filter(({ to }) => to.type !== "outside"),
    ...(stores.some(({ type, from }) => type === "gcs" && !from)
      ? [{ name: `${name}-identity`, from: cluster, ...CLOUD_IDENTITY.gcp }]
      : []),
  ];
}
