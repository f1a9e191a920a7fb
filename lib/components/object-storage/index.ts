/** Object storage: buckets of clouds, of stores with the S3 API, and of stores in the cluster. */

export { type BucketPlace, ExternalBucket } from "./object-storage";
export { objectStoragePin } from "./pin";
export { type ExternalBucketProps, externalBucketSchema } from "./schema";
export { objectStorage } from "./section";
