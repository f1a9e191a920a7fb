/** Collections of transforms for Beam pipelines, locked with hashes. */

export { transformCollectionsPin } from "./pin";
export { type TransformCollectionProps, transformCollectionSchema, transformCollectionsSchema } from "./schema";
export { transformCollections } from "./section";
export { TransformCollection, type TransformCollectionContext } from "./transform-collection";
