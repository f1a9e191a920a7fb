/** Who may talk to a session cluster, and whom it may talk to. */

import { type FlowProps, OUTSIDE, pods } from "#lib/kube/network";
import type { DurableStorage } from "./storage";

/** Port of Flink's REST API. */
export const REST_PORT = 8081;

/** Where the cluster and its operator are. */
export interface FlowPlaces {
  readonly name: string;
  readonly namespace: string;
  /** Namespace of the operator. */
  readonly operatorNamespace: string;
  readonly stores: readonly DurableStorage[];
}

/** GKE hands out the identity of a pod at these addresses. Source: GKE documentation, "Workload Identity Federation: network policies". */
const GKE_METADATA = { cidrs: ["169.254.169.252/32", "169.254.169.254/32"], ports: [{ port: 988 }, { port: 80 }] };

/** Labels that native mode puts on the pods of a cluster. */
export function clusterLabels(name: string, component?: "jobmanager" | "taskmanager"): Record<string, string> {
  return { app: name, type: "flink-native-kubernetes", ...(component && { component }) };
}

/** Every flow that a cluster needs without pipelines. */
export function clusterFlows({ name, namespace, operatorNamespace, stores }: FlowPlaces): FlowProps[] {
  const cluster = pods(namespace, clusterLabels(name));
  const rest = pods(namespace, clusterLabels(name, "jobmanager"));
  const operator = pods(operatorNamespace, { "app.kubernetes.io/name": "flink-kubernetes-operator" });
  return [
    // RPC, blobs and shuffles use ports that Flink chooses at start.
    { name: `${name}-internal`, from: cluster, to: cluster, ports: [] },
    { name: `${name}-operator`, from: operator, to: rest, ports: [{ port: REST_PORT }] },
    // The API server, object stores, and whatever user code in the workers reads and writes.
    { name: `${name}-outside`, from: cluster, to: OUTSIDE, ports: [] },
    ...(stores.some(({ type }) => type === "gcs")
      ? [
          {
            name: `${name}-identity`,
            from: cluster,
            to: { type: "addresses", cidrs: GKE_METADATA.cidrs },
            ports: GKE_METADATA.ports,
          } as const,
        ]
      : []),
  ];
}
