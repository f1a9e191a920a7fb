/** Names and labels that the operator gives, and ports of its pods. */

/** Port of PostgreSQL. */
export const POSTGRES_PORT = 5432;
/** Port by which the operator and other instances ask an instance. Source: CloudNativePG 1.30.0, docs/src/security.md, "Exposed Ports". */
export const STATUS_PORT = 8000;
/** Port of an instance's metrics. */
export const METRICS_PORT = 9187;

/** Label of every pod of a cluster: instances, and Jobs that create or restore them. */
export const CLUSTER_LABEL = "cnpg.io/cluster";

/** Labels of a cluster's pods. */
export function clusterLabels(name: string): Record<string, string> {
  return { [CLUSTER_LABEL]: name };
}

/** Secrets that the operator creates for clients: the application's user, and the CA of the server. Source: api/v1/cluster_funcs.go. */
export const appSecret = (cluster: string): string => `${cluster}-app`;
/** Secret with the CA that signs the server's certificate. */
export const caSecret = (cluster: string): string => `${cluster}-ca`;

/** Name by which clusters ask for backups. Source: plugin-barman-cloud v0.13.0, internal/cnpgi/metadata. */
export const PLUGIN = "barman-cloud.cloudnative-pg.io";
