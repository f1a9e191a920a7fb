/** How the server reaches its database. Source: Kubeflow Model Registry 0.3.8, cmd/root.go, internal/datastore/embedmd. */

import type { SecretRef } from "#lib/core/secret-ref";
import type { DatabaseAccess, DatabaseLocation, DatabaseTls } from "#lib/kube/database";
import { databaseEnvironment, libpqEnvironment } from "#lib/kube/database-clients";

/** Arguments without secrets, and variables with them. */
export interface Connection {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | SecretRef>>;
}

/** Arguments and variables of the server; `caFile` is where the CA is mounted. */
export function connectionOf(location: DatabaseLocation, access: DatabaseAccess, caFile?: string): Connection {
  const type = `--embedmd-database-type=${location.engine}`;
  if (location.engine === "postgres") {
    // pgx takes from the variables of libpq what the URI does not say, so that a password may have any character.
    return { args: [type, "--embedmd-database-dsn=postgresql://"], env: libpqEnvironment(location, access, caFile) };
  }
  return {
    args: [type, ...mysqlTls(access.tls, caFile)],
    env: {
      ...databaseEnvironment(location, access),
      // A flag's variable is MR_ and its name: the password is no argument of the process.
      MR_EMBEDMD_DATABASE_DSN: mysqlDsn(location, access.tls),
    },
  };
}

/** The driver splits at the last @ and the first colon: a password may have any character but ?, of which the server takes one. */
function mysqlDsn({ host, port, database }: DatabaseLocation, { mode }: DatabaseTls): string {
  const tls = mode === "require" ? "&tls=skip-verify" : "";
  return `$(DATABASE_USER):$(DATABASE_PASSWORD)@tcp(${host}:${port})/${database}?charset=utf8mb4${tls}`;
}

function mysqlTls({ mode }: DatabaseTls, caFile: string | undefined): string[] {
  if (mode !== "verify-full") return [];
  return ["--embedmd-database-ssl-verify-server-cert", ...(caFile === undefined ? [] : [`--embedmd-database-ssl-ca=${caFile}`])];
}
