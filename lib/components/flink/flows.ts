/** Network flows of a session cluster. */

import { bucketFlows } from "#lib/kube/bucket-clients";
import { apiServerFlow, CLOUD_IDENTITY, type FlowProps, OUTSIDE, pods } from "#lib/kube/network";
import { clusterLabels } from "./cluster-labels";
import type { DurableStorage } from "./storage";

/** Port of Flink's REST API. */
export const REST_PORT = 8081;

/** Cloud whose identity gives access to a storage. */
const IDENTITY_OF: Readonly<Record<DurableStorage["type"], keyof typeof CLOUD_IDENTITY | undefined>> = {
  s3: "aws",
  gcs: "gcp",
  azure: undefined,
  claim: undefined,
};

/** Namespaces of the cluster and its operator. */
export interface FlowPlaces {
  readonly name: string;
  readonly namespace: string;
  /** Namespace of the operator. */
  readonly operatorNamespace: string;
  readonly stores: readonly DurableStorage[];
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
    // Neither is outside: GKE's is the instance metadata, and Cilium matches no address of a node by CIDR.
    ...(["aws", "gcp"] as const)
      .filter((cloud) => stores.some(({ type, from }) => !from && IDENTITY_OF[type] === cloud))
      .map((cloud) => ({ name: `${name}-${cloud}-identity`, from: cluster, ...CLOUD_IDENTITY[cloud] })),
  ];
}
