/** A database as its clients take it: environment variables, URIs, options of drivers, network flows. The password is in no text of them. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import type { SecretRef } from "#lib/core/secret-ref";
import { type CaMount, caMount } from "./ca-mount";
import type { DatabaseAccess, DatabaseLocation, DatabaseTls, IDatabase } from "./database";
import type { FlowProps, PodsEnd } from "./network";

/** Environment variables: values, and keys of Secrets in the clients' namespace. */
export type DatabaseEnvironment = Readonly<Record<string, string | SecretRef>>;

/** First word of a client's variables, which tells the databases of one pod apart. */
const PREFIX = "DATABASE";

/** Variables of any client: `DATABASE_HOST`, `_PORT`, `_NAME`, `_USER` and `_PASSWORD`. */
export function databaseEnvironment(location: DatabaseLocation, access: DatabaseAccess, prefix = PREFIX): DatabaseEnvironment {
  return {
    [`${prefix}_HOST`]: location.host,
    [`${prefix}_PORT`]: String(location.port),
    [`${prefix}_NAME`]: location.database,
    [`${prefix}_USER`]: access.username,
    [`${prefix}_PASSWORD`]: access.password,
  };
}

/**
 * Variables from which libpq takes everything, and with it psql, psycopg and each URI `postgresql://` without a host. A password in them may
 * have any character. Source: PostgreSQL 18, "Environment Variables".
 *
 * @param caFile where the CA of {@link databaseTrust} is mounted
 */
export function libpqEnvironment(location: DatabaseLocation, access: DatabaseAccess, caFile?: string): DatabaseEnvironment {
  const { mode, root } = sslOptions(access.tls, caFile);
  return {
    PGHOST: location.host,
    PGPORT: String(location.port),
    PGDATABASE: location.database,
    PGUSER: access.username,
    PGPASSWORD: access.password,
    PGSSLMODE: mode,
    ...(root !== undefined && { PGSSLROOTCERT: root }),
  };
}

/** `sslmode` and `sslrootcert` of libpq, which also pgx and Feast take. `system` is known to libpq from version 16 on. */
export function sslOptions(tls: DatabaseTls, caFile?: string): { readonly mode: DatabaseTls["mode"]; readonly root?: string } {
  return { mode: tls.mode, ...(tls.mode === "verify-full" && { root: tls.ca && caFile !== undefined ? caFile : "system" }) };
}

/** Drivers by the scheme of their URIs. */
export type DatabaseScheme = "postgresql" | "postgresql+psycopg2" | "postgresql+psycopg" | "mysql+pymysql";

/** CAs of Debian's images: PyMySQL checks no host name without a file. */
const SYSTEM_CA = "/etc/ssl/certs/ca-certificates.crt";

/** How a URI is written. */
export interface DatabaseUriOptions {
  readonly scheme: DatabaseScheme;
  /** First word of the variables of {@link databaseEnvironment} in the same container. @default "DATABASE" */
  readonly prefix?: string;
  /** Where the CA of {@link databaseTrust} is mounted. @default none */
  readonly caFile?: string;
}

/**
 * A URI for the `env`, `command` or `args` of a container, where Kubernetes replaces `$(DATABASE_USER)` and `$(DATABASE_PASSWORD)`; these variables
 * stand before it in `env`. It replaces text by text, so that characters with a meaning in URIs must be percent-encoded in the Secret; clients
 * of libpq should take {@link libpqEnvironment}. Sources: Kubernetes, "Define Dependent Environment Variables"; SQLAlchemy 2.0, "MySQL: SSL Connections".
 */
export function databaseUri(location: DatabaseLocation, access: DatabaseAccess, options: DatabaseUriOptions): string {
  const { scheme, prefix = PREFIX, caFile } = options;
  const { host, port, database } = location;
  const query = new URLSearchParams(scheme === "mysql+pymysql" ? pymysqlOptions(access.tls, caFile) : libpqOptions(access.tls, caFile));
  return `${scheme}://$(${prefix}_USER):$(${prefix}_PASSWORD)@${host}:${port}/${database}${query.size === 0 ? "" : `?${query}`}`;
}

function libpqOptions(tls: DatabaseTls, caFile: string | undefined): Record<string, string> {
  const { mode, root } = sslOptions(tls, caFile);
  return { sslmode: mode, ...(root !== undefined && { sslrootcert: root }) };
}

/** With a CA, PyMySQL checks certificate and host name; without one, neither. Source: PyMySQL 1.1, Connection._create_ssl_ctx. */
function pymysqlOptions(tls: DatabaseTls, caFile: string | undefined): Record<string, string> {
  switch (tls.mode) {
    case "disable":
      return {};
    case "require":
      return { ssl_check_hostname: "false" };
    case "verify-full":
      return { ssl_ca: tls.ca && caFile !== undefined ? caFile : SYSTEM_CA };
  }
}

/** Volume and mount of the server's CA, and where it is; `undefined` where clients need none. */
export function databaseTrust({ tls }: DatabaseAccess, prefix = PREFIX): CaMount | undefined {
  return tls.mode === "verify-full" && tls.ca ? caMount(`${prefix.toLowerCase().replaceAll("_", "-")}-ca`, tls.ca) : undefined;
}

/** Network flows from clients to a database; `who` is the part of the policies' names that tells clients apart. */
export function databaseFlows({ name, flows }: Pick<IDatabase, "name" | "flows">, who: string, from: PodsEnd): FlowProps[] {
  return flows.map((flow) => ({ name: `${who}-to-database.${name}.${flow.name}`, from, to: flow.to, ports: flow.ports }));
}

/** Problem of a database that is not of PostgreSQL, for clients that take no other one; reported with the id and path of `place`. */
export function postgresProblems({ name, location: { engine } }: Pick<IDatabase, "name" | "location">, place: ProblemPlace): Problem[] {
  if (engine === "postgres") return [];
  return [
    {
      ...place,
      got: `the database ${name} of ${engine}`,
      allowed: "a database of PostgreSQL",
      fix: "refer to a database with engine: postgres",
    },
  ];
}
