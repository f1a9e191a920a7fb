/** Props of pgvector. */

import { z } from "zod";
import { labelNameSchema } from "#lib/core/schema";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

/** Props of a store. */
export const pgvectorStoreSchema = z.strictObject({
  /** PostgreSQL database with the extension `vector`. */
  database: ref("database"),
  /** Namespace of the Jobs that make indexes; it has the Secrets of the database. @default "databases" */
  namespace: labelNameSchema.default("databases"),
  /** Type of the vectors: numbers of 4 bytes and at most 2,000 dimensions, or of 2 bytes and at most 4,000. It cannot change. @default "vector" */
  type: z.enum(["vector", "halfvec"]).default("vector"),
  /** Neighbours of each vector in the graph of an index: more find better, and need more memory. @default 16 */
  m: z.int().min(2).max(100).default(16),
  /** Candidates while a vector is added to the graph: more find better, and write more slowly. @default 64 */
  efConstruction: z.int().min(4).max(1000).default(64),
});

/** Section `pgvector`: databases that are vector stores. */
export const pgvectorSectionSchema = z.strictObject({
  /** Stores by name; pipelines refer to them as `stores`, vector indexes as `store`. */
  stores: z.record(labelNameSchema, pgvectorStoreSchema),
});

/** Props of a store. */
export type PgvectorStoreProps = PropsOf<typeof pgvectorStoreSchema>;

/** Settings of a store: its props with every default filled in. */
export type PgvectorStoreSettings = SettingsOf<typeof pgvectorStoreSchema>;
