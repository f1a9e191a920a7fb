/** Role of model storage: where training writes models, registries keep them and serving reads them. */

import type { IBucket } from "./bucket";
import { type BucketEnvironment, bucketFlows, bucketUri } from "./bucket-clients";
import { type BucketSet, bucketSet } from "./bucket-set";
import type { FlowProps, PodsEnd } from "./network";

/** Model storage: a folder of a bucket. What takes a bucket takes it, too; its location has the folder. */
export interface IModelStorage extends IBucket {
  /** The bucket of the folder. */
  readonly bucket: IBucket;
}

/** What a pod needs to write and read models. */
export interface ModelStorageClient extends Pick<BucketSet, "annotations" | "trust" | "dependencies"> {
  /** URI of the folder, in the scheme that most clients take: s3, gs or abfss. */
  readonly uri: string;
  /** Environment variables of SDKs, and `MODEL_STORAGE_URI`, which is {@link uri}. */
  readonly environment: BucketEnvironment;
  /** Network flows of pods; `who` is the part of the policies' names that tells clients apart. */
  readonly flows: (who: string, from: PodsEnd) => FlowProps[];
}

/**
 * What pods of a namespace need to write and read models below `folder`. Pods that have buckets, too, take `bucketSet([...buckets, storage], namespace)`
 * for variables, CA and annotations, and {@link bucketSetProblems} for what one pod cannot have.
 */
export function modelStorageClient(storage: IModelStorage, namespace: string, folder = ""): ModelStorageClient {
  const { environment, annotations, trust, dependencies } = bucketSet([storage], namespace);
  const uri = bucketUri(storage.location, folder);
  return {
    uri,
    environment: { ...environment, MODEL_STORAGE_URI: uri },
    annotations,
    ...(trust && { trust }),
    dependencies,
    flows: (who, from) => bucketFlows(storage, who, from),
  };
}
