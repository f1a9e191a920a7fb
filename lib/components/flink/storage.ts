/** Where Flink's state outlives its pods: a bucket or a volume, and what each needs in configuration and pods. */

import type { SecretRef } from "#lib/core/secret-ref";

/** Keys of an S3 user, each in a Secret that exists. */
export interface S3Credentials {
  readonly accessKeyId: SecretRef;
  readonly secretAccessKey: SecretRef;
}

/** A place that outlives pods. */
export type DurableStorage =
  | {
      readonly type: "s3";
      /** Bucket and prefix. */
      readonly uri: `s3://${string}`;
      /** Address of a store that speaks S3 but is not AWS. @default AWS */
      readonly endpoint?: string;
      /** @default the identity of the ServiceAccount */
      readonly credentials?: S3Credentials;
    }
  | { readonly type: "gcs"; readonly uri: `gs://${string}` }
  | {
      readonly type: "azure";
      /** `abfss://<container>@<account>.dfs.core.windows.net/<prefix>` */
      readonly uri: `abfss://${string}`;
      /** Key of the storage account. */
      readonly accountKey: SecretRef;
    }
  | {
      readonly type: "claim";
      /** A PersistentVolumeClaim that exists; ReadWriteMany where pods run on more than one node. */
      readonly claimName: string;
    };

/** Where a claim is mounted in Flink's pods. */
export const CLAIM_MOUNT_PATH = "/opt/flink/state";

/** Plugin in the image's `opt` folder that reads and writes a storage. */
const PLUGINS = { s3: "flink-s3-fs-hadoop", gcs: "flink-gs-fs-hadoop", azure: "flink-azure-fs-hadoop" } as const;

/** The plugin of a storage, without version; none where Flink needs none. */
export function pluginOf(storage: DurableStorage): string | undefined {
  return storage.type === "claim" ? undefined : PLUGINS[storage.type];
}

/** The folder `below` a storage as Flink writes it. */
export function directory(storage: DurableStorage, below: string): string {
  const root = storage.type === "claim" ? `file://${CLAIM_MOUNT_PATH}` : storage.uri.replace(/\/+$/, "");
  return `${root}/${below}`;
}

/** Keys of Flink's configuration that a storage needs. */
export function storageConfiguration(storage: DurableStorage): Record<string, string> {
  switch (storage.type) {
    case "s3":
      // Stores that are not AWS rarely have a DNS name a bucket.
      return storage.endpoint === undefined ? {} : { "s3.endpoint": storage.endpoint, "s3.path.style.access": "true" };
    case "azure":
      // Reads the key from AZURE_STORAGE_KEY, so that it never stands in a custom resource, which the operator logs.
      return { [`fs.azure.account.keyprovider.${hostOf(storage.uri)}`]: "org.apache.flink.fs.azurefs.EnvironmentVariableKeyProvider" };
    case "gcs":
    case "claim":
      return {};
  }
}

/** Environment variables by which a storage's plugin finds its credentials. */
export function storageSecrets(storage: DurableStorage): Record<string, SecretRef> {
  if (storage.type === "azure") return { AZURE_STORAGE_KEY: storage.accountKey };
  if (storage.type !== "s3" || storage.credentials === undefined) return {};
  return { AWS_ACCESS_KEY_ID: storage.credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: storage.credentials.secretAccessKey };
}

function hostOf(uri: string): string {
  return uri
    .replace(/^abfss:\/\//, "")
    .replace(/^[^@/]*@/, "")
    .replace(/\/.*$/, "");
}
