/** Vector indexes: collections of embeddings in vector stores. */

export { vectorIndexesPin } from "./pin";
export { type VectorIndexProps, vectorIndexSchema } from "./schema";
export { vectorIndexes } from "./section";
export { VectorIndex, type VectorIndexPlace } from "./vector-index";
