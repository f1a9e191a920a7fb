/** Props of vector indexes. */

import { z } from "zod";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

/** Props of a vector index. */
export const vectorIndexSchema = z.strictObject({
  /** Store that has the index, such as a key of `elasticsearch.clusters`, `qdrant.clusters`, `milvus.clusters` or `pgvector.stores`. */
  store: ref("vectorStore"),
  /** Numbers in each vector: those of the embedding model. They cannot change; a new version of the index can have others. */
  dimensions: z.int().min(1).max(65_536),
  /** Embedding model of the vectors, such as "all-MiniLM-L6-v2"; its dimensions are checked if it is known. @default none, so that only pipelines are checked */
  model: z.string().min(1).max(200).optional(),
  /** How near two vectors are. @default "cosine" */
  similarity: z.enum(["cosine", "dot-product", "euclidean"]).default("cosine"),
  /** Field of the vectors. @default "vector" in Elasticsearch and Milvus, "embedding" in PostgreSQL, the unnamed vector in Qdrant */
  vectorField: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,62}$/, { error: "1 to 63 of a-z, 0-9 and _, a letter first" })
    .optional(),
  /** Version that is made, and that pipelines write: the index `<name>-v<version>`, in Milvus and PostgreSQL `<name>_v<version>`. @default 1 */
  version: z.int().min(1).max(9999).default(1),
  /** Version that readers see under the name of the index: raise it when a new version is filled, and they change over in one step. @default version */
  served: z.int().min(1).max(9999).optional(),
  /** Versions before the served one that stay; older ones are deleted with their vectors. @default all */
  keep: z.int().min(0).max(100).optional(),
  /** Parts that the vectors are divided into. They cannot change. @default 1 */
  shards: z.int().min(1).max(1024).default(1),
  /** Copies of each part, on different nodes. @default 1 */
  copies: z.int().min(1).max(20).default(1),
});

/** Name of an index, in every store: the longest is `<name>-v9999`. */
const indexNameSchema = z.string().regex(/^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/, {
  error: "1 to 40 of a-z, 0-9 and -, a letter first, no - at the end",
});

/** Section `vectorIndexes`: indexes by name; readers use the name. */
export const vectorIndexesSchema = z.record(indexNameSchema, vectorIndexSchema);

/** Props of a vector index. */
export type VectorIndexProps = PropsOf<typeof vectorIndexSchema>;

/** Settings of a vector index: its props with every default filled in. */
export type VectorIndexSettings = SettingsOf<typeof vectorIndexSchema>;
