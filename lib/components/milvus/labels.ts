/** Names and labels that the operator gives. Source: milvus-operator v1.3.8, pkg/controllers/labels.go and services.go. */

/** Port of clients: gRPC and the HTTP API. */
export const CLIENT_PORT = 19_530;
/** Port of metrics and health of every component. */
export const METRICS_PORT = 9091;
/** Ports of etcd: clients, other members, metrics. */
export const ETCD_PORTS = { client: 2379, peer: 2380, metrics: 2381 } as const;

/** Label of the pods that names their cluster. */
export const INSTANCE_LABEL = "app.kubernetes.io/instance";

/** Labels of every pod of a cluster. */
export function clusterLabels(name: string): Record<string, string> {
  return { "app.kubernetes.io/name": "milvus", [INSTANCE_LABEL]: name };
}

/** The Service of clients. */
export const serviceOf = (name: string): string => `${name}-milvus`;

/** The StatefulSet with the metadata of a cluster, and its Service. */
export const etcdOf = (name: string): string => `${name}-etcd`;
