/** Rules on MLflow's props that a schema cannot express, each with its upstream rule. */

import type { Problem } from "#lib/core/problem";
import type { IDatabase } from "#lib/kube/database";
import { postgresProblems } from "#lib/kube/database-clients";
import { nameProblems } from "#lib/kube/name-problems";
import type { MlflowServerSettings } from "./schema";

/** Deployment `<name>`, Service `<name>` and Job `<name>-migrate-<8 characters>` are labels of 63; a Service starts with a letter. */
const NAME = { thing: "server", most: 40 };

/** Problems of a server; `path` is its path in the file. */
export function serverProblems(name: string, settings: MlflowServerSettings, path: string): Problem[] {
  const { database, authentication } = settings;
  return [
    ...nameProblems(name, NAME, { id: "mlflow.server-name", path }),
    ...engineProblems(settings, path),
    ...(authentication.type === "basic" ? sameDatabase(database, authentication.database, path) : []),
  ];
}

/** Without authentication everybody who reaches the server may overwrite models. */
export function productionProblems({ authentication }: MlflowServerSettings, path: string): Problem[] {
  if (authentication.type !== "none") return [];
  return [
    {
      id: "mlflow.open-in-production",
      path: `${path}.authentication`,
      got: "a server without authentication in production",
      allowed: 'type: "basic"',
      fix: 'set authentication: { type: "basic", database, adminPassword, sessionKey }',
    },
  ];
}

/** With PostgreSQL passwords travel in variables of libpq; with other engines they would stand in URIs and arguments of processes. */
function engineProblems({ database, authentication }: MlflowServerSettings, path: string): Problem[] {
  const used = { database, ...(authentication.type === "basic" && { "authentication.database": authentication.database }) };
  return Object.entries(used).flatMap(([at, each]) => postgresProblems(each, { id: "mlflow.database-engine", path: `${path}.${at}` }));
}

/** Both keep the version of their schema in a table of the same name. Source: MLflow issue 10052. */
function sameDatabase(runs: IDatabase, users: IDatabase, path: string): Problem[] {
  const where = ({ location: { host, port, database } }: IDatabase) => `${host}:${port}/${database}`;
  if (where(runs) !== where(users)) return [];
  return [
    {
      id: "mlflow.one-database-for-both",
      path: `${path}.authentication.database`,
      got: `the database ${runs.location.database} for runs and for users`,
      allowed: "two databases, because the migrations of one would take the other's version for their own",
      fix: "add a second database, and refer to it here",
    },
  ];
}
