/** Environment of MLflow's processes. Source: MLflow 3.17.2, environment_variables.py. */

import type { SecretRef } from "#lib/core/secret-ref";
import type { BucketAccess, BucketLocation } from "#lib/kube/bucket";
import { bucketEnvironment, bucketUris } from "#lib/kube/bucket-clients";
import type { DatabaseAccess, DatabaseLocation } from "#lib/kube/database";
import { sslOptions } from "#lib/kube/database-clients";
import type { MlflowServerSettings } from "./schema";

/** Environment variables: values, and keys of Secrets. */
export type Environment = Readonly<Record<string, string | SecretRef>>;

/** Port of the server. */
export const PORT = 5000;

/** Port of the metrics. */
export const METRICS_PORT = 9090;

/** URI of the database of runs: psycopg2 takes what it does not say from the variables of libpq. */
export const BACKEND = "postgresql+psycopg2://";

/** Folder in memory with the configuration of authentication. */
export const CONFIG_FOLDER = "/run/mlflow";

/** Folder in which the workers share their metrics. */
export const METRICS_FOLDER = "/run/metrics";

/** Variables by which the server reaches the bucket. */
export function artifactEnvironment(location: BucketLocation, access: BucketAccess, caFile?: string): Environment {
  const { credentials } = access;
  return {
    ...bucketEnvironment(location, access, caFile),
    ...(location.api === "s3" && { MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: location.pathStyle ? "path" : "virtual" }),
    ...(credentials.type === "account-key" && { AZURE_STORAGE_ACCESS_KEY: credentials.accountKey }),
  };
}

/** URI of a folder of the bucket. Of the two schemes for Azure, only wasbs takes the key of an account. */
export function artifactUri(location: BucketLocation, folder: string): string {
  const uris = bucketUris(location, folder);
  const uri = uris.s3 ?? uris.gs ?? uris.wasbs;
  if (uri === undefined) throw new Error(`no URI for a bucket of ${location.api}`);
  return uri;
}

/** Variables from which {@link WRITE_AUTH_CONFIG} makes the configuration of authentication. */
export function authEnvironment(location: DatabaseLocation, access: DatabaseAccess, caFile?: string): Environment {
  const { host, port, database } = location;
  const { mode, root } = sslOptions(access.tls, caFile);
  const options = new URLSearchParams({ sslmode: mode, ...(root !== undefined && { sslrootcert: root }) });
  return {
    AUTH_USER: access.username,
    AUTH_PASSWORD: access.password,
    AUTH_DATABASE: `${host}:${port}/${database}?${`${options}`.replaceAll("%", "%%")}`,
  };
}

/**
 * Hosts by which the server may be called; with a list MLflow refuses all others, and without one the names of Services.
 * Source: MLflow 3.17.2, server/security_utils.py.
 */
export function allowedHosts({
  name,
  namespace,
  allowedHosts,
}: Pick<MlflowServerSettings, "namespace" | "allowedHosts"> & { readonly name: string }): string {
  const own = [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
  // With a forwarded port the host is that of the caller's machine.
  const forwarded = ["localhost:*", "127.0.0.1:*"];
  return [...own.flatMap((host) => [host, `${host}:${PORT}`]), ...forwarded, ...allowedHosts].join(",");
}
