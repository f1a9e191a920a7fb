/** Rules on databases that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import type { ExistingDatabaseSettings } from "./schema";

/** Problems of a database outside of the cluster; `path` is its path in the file. */
export function existingProblems(database: ExistingDatabaseSettings, path: string): Problem[] {
  const needs = secretsOf(database);
  const { namespaces } = database;
  return [
    ...(needs.length > 0 && namespaces.length === 0 ? [withoutNamespaces(needs, path)] : []),
    ...(needs.length === 0 && namespaces.length > 0 ? [withoutSecrets(namespaces, path)] : []),
    ...extensionProblems(database, path),
  ];
}

/** Names of the Secrets that clients of a database refer to and no store creates. */
function secretsOf({ user, tls }: ExistingDatabaseSettings): string[] {
  const keys = user.type === "secret" ? [user.username.name, user.password.name] : [];
  return [...new Set([...keys, ...(tls.mode === "verify-full" && tls.ca ? [tls.ca.name] : [])])];
}

/** Pods can refer to Secrets of their own namespace only. */
function withoutNamespaces(secrets: readonly string[], path: string): Problem {
  return {
    id: "databases.secrets-without-namespaces",
    path: `${path}.namespaces`,
    got: `the Secrets ${secrets.join(", ")} and no namespace that has them`,
    allowed: "each namespace whose pods use the database, as pods can refer to Secrets of their own namespace only",
    fix: 'list the namespaces, such as namespaces: ["mlflow"], and create the Secrets in each',
  };
}

function withoutSecrets(namespaces: readonly string[], path: string): Problem {
  return {
    id: "databases.namespaces-without-secrets",
    path: `${path}.namespaces`,
    got: namespaces.join(", "),
    allowed: "no namespaces for a database whose Secrets a store creates",
    fix: "remove namespaces: every namespace may use the database",
  };
}

function extensionProblems({ engine, extensions }: ExistingDatabaseSettings, path: string): Problem[] {
  if (engine === "postgres" || extensions.length === 0) return [];
  return [
    {
      id: "databases.extensions-of-mysql",
      path: `${path}.extensions`,
      got: extensions.join(", "),
      allowed: "extensions of PostgreSQL: MySQL has none",
      fix: "remove extensions, or use engine: postgres",
    },
  ];
}

/** The problem of a client in a namespace without the Secrets of a database; none elsewhere. */
export function clientProblems(database: ExistingDatabaseSettings, client: string, path: string): Problem[] {
  const needs = secretsOf(database);
  if (needs.length === 0 || database.namespaces.includes(client)) return [];
  return [
    {
      id: "databases.client-without-secrets",
      path,
      got: `pods in namespace ${client} use the database, which has its Secrets ${needs.join(", ")} in ${database.namespaces.join(", ") || "no namespace"}`,
      allowed: "clients in namespaces that have the Secrets",
      fix: `create the Secrets in ${client} and add it to ${path}`,
    },
  ];
}

/** A database outside of the cluster that nothing refers to has no effect. */
export const UNUSED = {
  id: "databases.unused",
  got: "a database that nothing uses",
  allowed: "databases that are the storage of something",
  fix: "refer to it from a component, or remove it",
  severity: "warning",
} as const;
