/** Durable storage of Flink's state: a bucket or a volume, and the configuration and pod settings of each. */

import { z } from "zod";
import { folderSchema, labelNameSchema, secretRefSchema } from "#lib/core/schema";
import type { SecretRef } from "#lib/core/secret-ref";
import type { BucketAccess, BucketLocation, IBucket } from "#lib/kube/bucket";
import { ref, type SettingsOf } from "#lib/kube/props";

function uri<Scheme extends string>(scheme: Scheme) {
  const form = new RegExp(`^${scheme}://[^\\s/]+(/[^\\s]*)?$`);
  return z.custom<`${Scheme}://${string}`>((value) => typeof value === "string" && form.test(value), {
    error: `${scheme}:// with a bucket and an optional prefix`,
  });
}

/** Durable storage: a bucket or a volume. */
export const storageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("s3"),
    /** Bucket and prefix. */
    uri: uri("s3"),
    /** Endpoint of an S3-compatible store. @default AWS */
    endpoint: z
      .string()
      .regex(/^https?:\/\/\S+$/, { error: "an address that starts with http:// or https://" })
      .optional(),
    /** Access key, in Secrets that exist. @default the identity of the ServiceAccount */
    credentials: z
      .strictObject({
        /** Access key ID. */
        accessKeyId: secretRefSchema,
        /** Secret access key. */
        secretAccessKey: secretRefSchema,
      })
      .optional(),
  }),
  z.strictObject({
    type: z.literal("gcs"),
    /** Bucket and prefix. */
    uri: uri("gs"),
  }),
  z.strictObject({
    type: z.literal("azure"),
    /** Container, account and prefix: `abfss://<container>@<account>.dfs.core.windows.net/<prefix>`. */
    uri: uri("abfss"),
    /** Key of the storage account. */
    accountKey: secretRefSchema,
  }),
  z.strictObject({
    type: z.literal("claim"),
    /** PersistentVolumeClaim that exists; ReadWriteMany where pods run on more than one node. */
    claimName: labelNameSchema,
  }),
  z.strictObject({
    type: z.literal("bucket"),
    /** Bucket, with its endpoint, credentials and network flows. */
    bucket: ref("bucket"),
    /** Folder in the bucket, without slashes at its ends. @default the folder of the bucket */
    path: folderSchema.optional(),
  }),
]);

/** Storage as it is given. */
export type StorageSettings = SettingsOf<typeof storageSchema>;

/** Storage as Flink sees it: a bucket of the environment is one of the other types, with what the bucket says about itself. */
export type DurableStorage = Exclude<StorageSettings, { type: "bucket" }> & { readonly from?: BucketStorage };

/** The bucket of the environment that a storage is in. */
interface BucketStorage {
  readonly bucket: IBucket;
  readonly access: BucketAccess;
}

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
      if (storage.from?.bucket.location.api === "s3") return s3Configuration(storage.from.bucket.location);
      // Stores that are not AWS rarely have a DNS name a bucket.
      return storage.endpoint === undefined ? {} : { "s3.endpoint": storage.endpoint, "s3.path.style.access": "true" };
    case "azure":
      // Reads the key from AZURE_STORAGE_KEY, so that it is not part of a custom resource, which the operator logs.
      return { [`fs.azure.account.keyprovider.${hostOf(storage.uri)}`]: "org.apache.flink.fs.azurefs.EnvironmentVariableKeyProvider" };
    case "gcs":
    case "claim":
      return {};
  }
}

function s3Configuration({ endpoint, region, pathStyle }: Extract<BucketLocation, { api: "s3" }>): Record<string, string> {
  return {
    "s3.endpoint.region": region,
    ...(endpoint !== undefined && { "s3.endpoint": endpoint }),
    ...(pathStyle && { "s3.path.style.access": "true" }),
  };
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
