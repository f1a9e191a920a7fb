/** The stores of a feature store: what `feature_store.yaml` says of each, and what pods need for it. */

import type { IDependable } from "constructs";
import type { JsonObject } from "#lib/core/json";
import { type SecretRef, secretRef } from "#lib/core/secret-ref";
import type { IBucket } from "#lib/kube/bucket";
import { bucketFlows, bucketUri } from "#lib/kube/bucket-clients";
import type { CaMount } from "#lib/kube/ca-mount";
import type { IDatabase } from "#lib/kube/database";
import { databaseFlows, databaseTrust, sslOptions } from "#lib/kube/database-clients";
import type { FlowProps, PodsEnd } from "#lib/kube/network";
import { redisFlow, redisLocation } from "#lib/kube/redis";
import { provideSecret } from "#lib/kube/secret-store";
import { EPHEMERAL_FOLDER, SERVICE_PORT, serverHost } from "./labels";
import type { NamedStore } from "./schema";

/** Stores by what they keep. */
export type StoreName = "registry" | "online" | "offline";

/** Environment variables: values, and keys of Secrets. */
export type Environment = Readonly<Record<string, string | SecretRef>>;

/** One store. */
export interface Store {
  /** The file that the operator is told of, or the type of the database whose configuration it reads from a Secret. @default no server */
  readonly persistence?: { readonly file: JsonObject } | { readonly type: string; readonly settings: JsonObject };
  /** Its part of `feature_store.yaml` for Jobs. */
  readonly configuration: JsonObject;
  readonly environment: Environment;
  readonly trust?: CaMount;
  readonly dependencies: readonly IDependable[];
  /** Network flows of pods that use it; `who` tells the users apart. */
  readonly flows: (who: string, from: PodsEnd) => readonly FlowProps[];
}

/** Seconds for which a server takes its copy of the registry for new. */
const REGISTRY_AGE = 60;

/** The three stores. */
export function storesOf(store: NamedStore): Readonly<Record<StoreName, Store>> {
  return { registry: registryOf(store), online: onlineOf(store), offline: offlineOf(store) };
}

function registryOf({ name, namespace, registry }: NamedStore): Store {
  switch (registry.type) {
    case "database":
      return sqlRegistry(registry.database, namespace);
    case "bucket": {
      const file = { path: registryUri(registry.bucket, name), cache_ttl_seconds: REGISTRY_AGE };
      return { ...bucketStore(registry.bucket), persistence: { file }, configuration: { registry_type: "file", ...file } };
    }
    case "ephemeral":
      return {
        ...NOTHING,
        persistence: { file: { path: `${EPHEMERAL_FOLDER}/registry.db` } },
        configuration: remoteRegistry(name, namespace),
      };
  }
}

/** A registry behind its server. */
export function remoteRegistry(name: string, namespace: string): JsonObject {
  return { registry_type: "remote", path: `${serverHost(name, namespace, "registry")}:${SERVICE_PORT}` };
}

function onlineOf({ name, namespace, online }: NamedStore): Store {
  return online.type === "redis" ? redisStore(name, namespace, online) : postgresStore("online", online.database, namespace);
}

function offlineOf({ namespace, offline }: NamedStore): Store {
  if (offline.type === "database") return postgresStore("offline", offline.database, namespace);
  const dask = { configuration: { type: "dask" } };
  return offline.type === "bucket" ? { ...bucketStore(offline.bucket), ...dask } : { ...NOTHING, ...dask };
}

const NOTHING = { environment: {}, dependencies: [], flows: () => [] };

/** The registry's file, which the operator knows by these two schemes only. */
function registryUri({ location }: IBucket, name: string): string {
  return bucketUri(location, `feast/${name}/registry.db`);
}

/** Credentials and CA are those of all buckets of the pods. */
function bucketStore(bucket: IBucket): Omit<Store, "persistence" | "configuration"> {
  const { location } = bucket;
  const endpoint = location.api === "s3" ? location.endpoint : undefined;
  return {
    // Feast's registry takes no other variable. Source: sdk/python/feast/infra/registry/s3.py.
    environment: endpoint === undefined ? {} : { FEAST_S3_ENDPOINT_URL: endpoint },
    dependencies: [],
    flows: (who, from) => bucketFlows(bucket, who, from),
  };
}

interface DatabasePart extends Omit<Store, "persistence" | "configuration"> {
  readonly login: { readonly user: string; readonly password: string };
  readonly ssl: ReturnType<typeof sslOptions>;
}

function databasePart(name: StoreName, database: IDatabase, namespace: string): DatabasePart {
  const access = database.enter(namespace);
  const prefix = `FEAST_${name.toUpperCase()}`;
  const trust = databaseTrust(access, prefix);
  const [user, password] = [`${prefix}_USER`, `${prefix}_PASSWORD`];
  return {
    login: { user: inYaml(user), password: inYaml(password) },
    ssl: sslOptions(access.tls, trust?.file),
    environment: { ...quoted(user, access.username), ...quoted(password, access.password) },
    ...(trust && { trust }),
    dependencies: [access.dependency],
    flows: (who, from) => databaseFlows(database, `${who}.${name}`, from),
  };
}

/**
 * A variable with a Secret's value, and one with it in the quotes of YAML: Feast puts variables into the text of the file before it parses it, so that
 * a password of digits would be a number. Kubernetes replaces `$(...)`. Source: sdk/python/feast/repo_config.py, load_repo_config.
 */
function quoted(variable: string, value: SecretRef): Environment {
  return { [variable]: value, [yamlVariable(variable)]: `'$(${variable})'` };
}

const yamlVariable = (variable: string) => `${variable}_YAML`;
const inYaml = (variable: string) => `\${${yamlVariable(variable)}}`;

/** Source: sdk/python/feast/infra/utils/postgres/postgres_config.py. */
function postgresStore(name: "online" | "offline", database: IDatabase, namespace: string): Store {
  const { login, ssl, ...part } = databasePart(name, database, namespace);
  const { host, port, database: known } = database.location;
  const settings = {
    host,
    port,
    database: known,
    ...login,
    sslmode: ssl.mode,
    ...(ssl.root !== undefined && { sslrootcert_path: ssl.root }),
    // A single connection would not come back after a restart of the database.
    ...(name === "online" && { conn_type: "pool" }),
  };
  return { ...part, persistence: { type: "postgres", settings }, configuration: { type: "postgres", ...settings } };
}

/** The login is no part of the URL, where it would need another encoding. Source: sdk/python/feast/infra/registry/sql.py, SqlRegistryConfig. */
function sqlRegistry(database: IDatabase, namespace: string): Store {
  const { login, ssl, ...part } = databasePart("registry", database, namespace);
  const { host, port, database: dbname } = database.location;
  const connection = { host, port, dbname, ...login, sslmode: ssl.mode, ...(ssl.root !== undefined && { sslrootcert: ssl.root }) };
  const settings = {
    path: "postgresql+psycopg://",
    cache_ttl_seconds: REGISTRY_AGE,
    sqlalchemy_config_kwargs: { echo: false, pool_pre_ping: true, connect_args: connection },
  };
  return { ...part, persistence: { type: "sql", settings }, configuration: { registry_type: "sql", ...settings } };
}

type Redis = Extract<NamedStore["online"], { type: "redis" }>;

/** Source: sdk/python/feast/infra/online_stores/redis.py, _parse_connection_string. */
function redisStore(name: string, namespace: string, { address, cluster, user, password, expiry }: Redis): Store {
  const { host, port, tls } = redisLocation(address);
  const provided = password && provideSecret(password, { ...secretRef(`${name}-redis`, "password"), namespace });
  const connection = [
    `${host}:${port}`,
    ...(tls ? ["ssl=true"] : []),
    ...(user !== undefined ? [`username=${user}`] : []),
    ...(provided ? ["password=$(FEAST_ONLINE_PASSWORD)"] : []),
  ];
  const variable = "FEAST_ONLINE_CONNECTION";
  const settings = {
    connection_string: inYaml(variable),
    ...(cluster && { redis_type: "redis_cluster" }),
    ...(expiry && { key_ttl_seconds: expiry.seconds }),
  };
  return {
    persistence: { type: "redis", settings },
    configuration: { type: "redis", ...settings },
    environment: { ...(provided && { FEAST_ONLINE_PASSWORD: provided.ref }), [yamlVariable(variable)]: `'${connection.join(",")}'` },
    dependencies: provided?.dependency ? [provided.dependency] : [],
    flows: (who, from) => [redisFlow(`${who}.online-to-redis`, from, port)],
  };
}
