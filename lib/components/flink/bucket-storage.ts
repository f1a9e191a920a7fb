/** Storage in buckets of the environment: what a cluster takes from them. */

import type { Problem } from "#lib/core/problem";
import { joinPath, show } from "#lib/core/schema";
import { bucketAnnotations, bucketUri } from "#lib/kube/bucket-clients";
import type { GivenFlinkClusterSettings, WithStorage } from "./schema";
import type { DurableStorage, StorageSettings } from "./storage";

/** Settings with storage as it is given. */
type Given = Pick<GivenFlinkClusterSettings, "namespace" | "storage" | "savepoints" | "serviceAccountAnnotations">;

/** The settings of a cluster with each bucket as a storage that Flink knows, and the annotations that its buckets need. */
export function withBuckets<Settings extends Given>(given: Settings): WithStorage<Settings> {
  const storage = given.storage && storageIn(given.storage, given.namespace);
  const savepoints = given.savepoints?.storage && storageIn(given.savepoints.storage, given.namespace);
  const annotations = { ...given.serviceAccountAnnotations, ...annotationsOf(storage), ...annotationsOf(savepoints) };
  return {
    ...given,
    storage,
    savepoints: given.savepoints && { storage: savepoints },
    ...(Object.keys(annotations).length > 0 && { serviceAccountAnnotations: annotations }),
  };
}

/** Problems of the buckets of a cluster; `path` is the path of its props. */
export function bucketStorageProblems(given: Given, path: string): Problem[] {
  const stores = [
    { storage: given.storage, at: `${path}.storage` },
    { storage: given.savepoints?.storage, at: `${path}.savepoints.storage` },
  ];
  return stores.flatMap(({ storage, at }) =>
    storage?.type === "bucket" ? [...unwritable(storage, given.namespace, at), ...annotatedTwice(storage, given, path)] : [],
  );
}

type InBucket = Extract<StorageSettings, { type: "bucket" }>;

/** `undefined` for a bucket that Flink cannot write, which is a problem. */
function storageIn(storage: StorageSettings, namespace: string): DurableStorage | undefined {
  if (storage.type !== "bucket") return storage;
  const { bucket, path } = storage;
  const access = bucket.enter(namespace);
  const { credentials } = access;
  const uri = bucketUri(bucket.location, path);
  const from = { bucket, access };
  switch (bucket.location.api) {
    case "s3": {
      const { endpoint } = bucket.location;
      const keys =
        credentials.type === "access-key"
          ? { accessKeyId: credentials.accessKeyId, secretAccessKey: credentials.secretAccessKey }
          : undefined;
      return { type: "s3", uri: uri as `s3://${string}`, endpoint, credentials: keys, from };
    }
    case "gcs":
      return { type: "gcs", uri: uri as `gs://${string}`, from };
    case "azure":
      if (credentials.type !== "account-key") return undefined;
      return { type: "azure", uri: uri as `abfss://${string}`, accountKey: credentials.accountKey, from };
  }
}

function annotationsOf(storage: DurableStorage | undefined): Readonly<Record<string, string>> {
  return storage?.from ? bucketAnnotations(storage.from.access) : {};
}

function unwritable({ bucket }: InBucket, namespace: string, path: string): Problem[] {
  const { credentials } = bucket.enter(namespace);
  if (credentials.type === "public") {
    return [
      {
        id: "flink.bucket-read-only",
        path,
        got: `the bucket ${bucket.name}, which anybody may read and nobody may write`,
        allowed: "a bucket with credentials",
        fix: "set credentials of the bucket, or use another one",
      },
    ];
  }
  // Flink 1.19 to 2.2 contain Hadoop 3.3.4, whose ABFS driver has no provider for workload identities (HADOOP-18610 is in 3.4.1).
  if (bucket.location.api !== "azure" || credentials.type === "account-key") return [];
  return [
    {
      id: "flink.azure-identity",
      path,
      got: `the bucket ${bucket.name} with a workload identity of Azure`,
      allowed: "an Azure bucket with an account key: Flink's plugin knows no workload identity",
      fix: 'set its credentials to { type: "account-key", accountKey: secretRef(...) }',
    },
  ];
}

/** A ServiceAccount has one identity. */
function annotatedTwice({ bucket }: InBucket, given: Given, path: string): Problem[] {
  const own = given.serviceAccountAnnotations ?? {};
  return Object.entries(bucketAnnotations(bucket.enter(given.namespace)))
    .filter(([key, value]) => own[key] !== undefined && own[key] !== value)
    .map(([key, value]) => ({
      id: "flink.identity-twice",
      path: joinPath(`${path}.serviceAccountAnnotations`, [key]),
      got: show(own[key]),
      allowed: `${show(value)}, which the bucket ${bucket.name} says`,
      fix: "remove the annotation, or use the same identity for the bucket",
    }));
}
