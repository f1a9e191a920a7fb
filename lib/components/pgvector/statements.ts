/** How a database makes a vector index: a table with an HNSW index, and a view for readers. Sources: pgvector 0.8, README; PostgreSQL 18, SQL commands. */

import type { IndexShape, Similarity } from "#lib/kube/index-plan";
import type { PgvectorStoreSettings } from "./schema";

/** Column of the vectors, as Beam's sink names it. */
const VECTOR_FIELD = "embedding";

const OPERATORS: Readonly<Record<Similarity, string>> = { cosine: "cosine_ops", "dot-product": "ip_ops", euclidean: "l2_ops" };

/** Most dimensions that HNSW has for a type. Source: pgvector 0.8, README, "HNSW". */
export const MAX_DIMENSIONS = { vector: 2000, halfvec: 4000 } as const;

/**
 * Statements that give the same result however often they run, in one transaction: readers see the old table or the new one. An index that exists
 * with another shape stops them before anything changes. Names have a-z, 0-9 and _ only; quotes make any word a name.
 */
export function indexStatements(shape: IndexShape, graph: Pick<PgvectorStoreSettings, "type" | "m" | "efConstruction">): string {
  const { alias, index, served, expired, dimensions, similarity, vectorField = VECTOR_FIELD } = shape;
  const type = `${graph.type}(${dimensions})`;
  const operators = `${graph.type}_${OPERATORS[similarity]}`;
  return `DO $$ BEGIN PERFORM pg_advisory_xact_lock(hashtext('beamstack-iac/${alias}')); END $$;
SET LOCAL client_min_messages = warning;

CREATE TABLE IF NOT EXISTS "${index}" (
  id text PRIMARY KEY,
  content text,
  metadata jsonb NOT NULL DEFAULT '{}',
  "${vectorField}" ${type} NOT NULL
);
${refuseUnless(index, { what: vectorField, wanted: type, query: columnType(index, vectorField) })}
CREATE INDEX IF NOT EXISTS "${index}_hnsw" ON "${index}"
  USING hnsw ("${vectorField}" ${operators}) WITH (m = ${graph.m}, ef_construction = ${graph.efConstruction});
${refuseUnless(index, {
  what: "operators and graph",
  wanted: `${operators} m=${graph.m},ef_construction=${graph.efConstruction}`,
  query: operatorsOf(`${index}_hnsw`),
})}
DO $$ BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_depend JOIN pg_rewrite ON pg_rewrite.oid = objid
    WHERE classid = 'pg_rewrite'::regclass AND ev_class = to_regclass('"${alias}"') AND refobjid = to_regclass('"${served}"')
  ) THEN
    DROP VIEW IF EXISTS "${alias}";
    CREATE VIEW "${alias}" AS SELECT * FROM "${served}";
  END IF;
END $$;
${expired.map((each) => `DROP TABLE IF EXISTS "${each}";\n`).join("")}`;
}

function columnType(table: string, column: string): string {
  return (
    "SELECT format_type(atttypid, atttypmod) FROM pg_attribute " +
    `WHERE attrelid = '"${table}"'::regclass AND attname = '${column}' AND NOT attisdropped`
  );
}

function operatorsOf(index: string): string {
  return (
    "SELECT opcname || ' ' || array_to_string(reloptions, ',') FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid " +
    `JOIN pg_opclass ON pg_opclass.oid = indclass[0] WHERE indexrelid = '"${index}"'::regclass`
  );
}

/** Stops with both values where a query gives another one. */
function refuseUnless(index: string, { what, wanted, query }: Readonly<Record<"what" | "wanted" | "query", string>>): string {
  return `DO $$ DECLARE
  found text := (${query});
BEGIN
  IF found IS DISTINCT FROM '${wanted}' THEN
    RAISE EXCEPTION '${index} exists with ${what} %, and not ${wanted}; raise version to make another index', found;
  END IF;
END $$;`;
}
