/** Rules on pgvector's props that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { postgresProblems } from "#lib/kube/database-clients";
import type { PgvectorStoreSettings } from "./schema";

/** Problems of a store; `path` is its path in the file. */
export function storeProblems(settings: PgvectorStoreSettings, path: string): Problem[] {
  return [...databaseProblems(settings, path), ...graphProblems(settings, path)];
}

function databaseProblems({ database }: PgvectorStoreSettings, path: string): Problem[] {
  const { name, extensions } = database;
  const wrong = postgresProblems(database, { id: "pgvector.database-engine", path: `${path}.database` });
  if (wrong.length > 0) return wrong;
  if (extensions.includes("vector")) return [];
  return [
    {
      id: "pgvector.no-extension",
      path: `${path}.database`,
      got: `the database ${name} without the extension vector`,
      allowed: "a database whose extensions list vector",
      fix: 'add "vector" to extensions of the database',
    },
  ];
}

/** Source: pgvector 0.8, src/hnsw.c: "ef_construction must be greater than or equal to 2 * m". */
function graphProblems({ m, efConstruction }: PgvectorStoreSettings, path: string): Problem[] {
  if (efConstruction >= 2 * m) return [];
  return [
    {
      id: "pgvector.ef-construction",
      path: `${path}.efConstruction`,
      got: `${efConstruction} candidates for ${m} neighbours`,
      allowed: `at least ${2 * m}: twice m`,
      fix: "raise efConstruction, or lower m",
    },
  ];
}
