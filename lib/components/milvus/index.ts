/** Milvus: vectors. */

export { Milvus, type MilvusPlace } from "./milvus";
export { MilvusOperator } from "./operator";
export { milvusPin } from "./pin";
export { type MilvusClusterProps, type MilvusOperatorProps, milvusClusterSchema, milvusOperatorSchema } from "./schema";
export { milvus } from "./section";
