/** pgvector: databases that are vector stores. */

export { PgvectorStore, type PgvectorStorePlace } from "./pgvector-store";
export { pgvectorPin } from "./pin";
export { type PgvectorStoreProps, pgvectorStoreSchema } from "./schema";
export { pgvector } from "./section";
