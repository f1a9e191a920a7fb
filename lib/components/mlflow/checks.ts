/** Rules on MLflow's props that a schema cannot express, each with its upstream rule. */

import type { Problem } from "#lib/core/problem";
import { show } from "#lib/core/schema";
import type { IDatabase } from "#lib/kube/database";
import type { MlflowServerSettings } from "./schema";

/** Deployment `<name>`, Service `<name>` and Job `<name>-migrate-<8 characters>` are labels of 63; a Service starts with a letter. */
const NAME = /^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/;

/** Problems of a server; `path` is its path in the file. */
export function serverProblems(name: string, settings: MlflowServerSettings, path: string): Problem[] {
  const { database, authentication } = settings;
  return [
    ...(NAME.test(name) ? [] : [badName(name, path)]),
    ...engineProblems(database, `${path}.database`),
    ...(authentication.type === "basic" ? engineProblems(authentication.database, `${path}.authentication.database`) : []),
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

function badName(name: string, path: string): Problem {
  return {
    id: "mlflow.server-name",
    path,
    got: `the name ${show(name)}`,
    allowed: "1 to 40 of a-z, 0-9 and -, a letter first, no - at the end",
    fix: "rename the server",
  };
}

/** With PostgreSQL passwords travel in variables of libpq; with other engines they would stand in URIs and arguments of processes. */
function engineProblems({ name, location: { engine } }: IDatabase, path: string): Problem[] {
  if (engine === "postgres") return [];
  return [
    {
      id: "mlflow.database-engine",
      path,
      got: `the database ${name} of ${engine}`,
      allowed: "a database of PostgreSQL",
      fix: "refer to a database with engine: postgres",
    },
  ];
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
