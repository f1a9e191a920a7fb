/** Qdrant: vectors. */

export { qdrantPin } from "./pin";
export { Qdrant, type QdrantPlace } from "./qdrant";
export { type QdrantProps, qdrantSchema } from "./schema";
export { qdrant } from "./section";
