/** Model storage: folders of buckets for models. */

export { ModelStorage, type ModelStoragePlace } from "./model-storage";
export { modelStoragePin } from "./pin";
export { type ModelStorageProps, modelStorageSchema } from "./schema";
export { modelStorage } from "./section";
