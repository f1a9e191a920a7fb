/** Names, labels and ports that the operator gives. Source: Feast 0.66.0, infra/feast-operator/internal/controller/services/services_types.go. */

/** Label of every pod of a store's servers. */
export const STORE_LABEL = "feast.dev/name";

/** Labels of the pods of a store's servers: all servers are containers of the same pods. */
export function storeLabels(name: string): Record<string, string> {
  return { [STORE_LABEL]: name };
}

/** Servers of a store. */
export type FeastServer = "online" | "offline" | "registry" | "ui";

/** Ports of the pods. */
export const PORTS = { online: 6566, offline: 8815, registry: 6570, ui: 8888, metrics: 8000 } as const satisfies Record<
  FeastServer | "metrics",
  number
>;

/** Port of every Service without TLS. */
export const SERVICE_PORT = 80;

/** Host name of a server's Service. */
export function serverHost(store: string, namespace: string, server: FeastServer): string {
  return `feast-${store}-${server}.${namespace}.svc.cluster.local`;
}

/** Folder of the pods that lasts as long as they do. */
export const EPHEMERAL_FOLDER = "/feast-data";

/** User of the image. Source: sdk/python/feast/infra/feature_servers/multicloud/Dockerfile. */
export const USER_ID = 1001;

/** Name of the operator's Deployment and ServiceAccount. */
export const OPERATOR_NAME = "feast-operator";

/** The namespace in which the operator keeps a list of all stores, whatever its own is. Source: namespace_registry.go, DefaultKubernetesNamespace. */
export const OPERATOR_NAMESPACE = "feast-operator-system";
