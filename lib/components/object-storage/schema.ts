/** Props of buckets. */

import { z } from "zod";
import { folderSchema, labelNameSchema, secretRefSchema, sizeSchema } from "#lib/core/schema";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

/** Source: AWS documentation, "General purpose bucket naming rules". */
const bucketNameSchema = z.string().regex(/^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
  error: "3 to 63 of a-z, 0-9, - and ., a letter or digit at both ends, no two dots in a row",
});

/** Source: Cloud Storage documentation, "Bucket names": also underscores. */
const gcsNameSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, {
  error: "3 to 222 of a-z, 0-9, -, _ and ., a letter or digit at both ends",
});

const regionSchema = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, { error: "a region, such as eu-central-1" });

const prefixSchema = folderSchema.optional();

const s3Schema = z.strictObject({
  /** A bucket of Amazon S3. */
  type: z.literal("s3"),
  /** Name of the bucket. */
  bucket: bucketNameSchema,
  /** Region of the bucket. */
  region: regionSchema,
  /** Folder below which clients stay, without slashes at its ends. @default the whole bucket */
  prefix: prefixSchema,
  /** IAM role of the clients, which trusts the cluster's OIDC provider (IRSA). @default the role that EKS Pod Identity associates with their ServiceAccount */
  role: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, {
      error: "the ARN of an IAM role, such as arn:aws:iam::123456789012:role/flink",
    })
    .optional(),
});

const gcsSchema = z.strictObject({
  /** A bucket of Google Cloud Storage. */
  type: z.literal("gcs"),
  /** Name of the bucket. */
  bucket: gcsNameSchema,
  /** Folder below which clients stay, without slashes at its ends. @default the whole bucket */
  prefix: prefixSchema,
  /** IAM service account that clients act as. @default access is granted to the Kubernetes ServiceAccount of the clients */
  serviceAccount: z
    .string()
    .regex(/^[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com$/, {
      error: "the e-mail address of a service account, ending in .gserviceaccount.com",
    })
    .optional(),
});

const guidSchema = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, { error: "a GUID" });

const azureBlobSchema = z.strictObject({
  /** A container of Azure Blob Storage. */
  type: z.literal("azure-blob"),
  /** Name of the storage account. */
  account: z.string().regex(/^[a-z0-9]{3,24}$/, { error: "3 to 24 of a-z and 0-9" }),
  /** Name of the container. */
  container: z
    .string()
    .regex(/^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, { error: "3 to 63 of a-z, 0-9 and -, a letter or digit at both ends" }),
  /** Folder below which clients stay, without slashes at its ends. @default the whole bucket */
  prefix: prefixSchema,
  /** How clients authenticate. */
  credentials: z.discriminatedUnion("type", [
    z.strictObject({
      /** A managed identity that trusts the cluster's OIDC issuer (Azure Workload Identity). */
      type: z.literal("identity"),
      /** Client ID of the identity. */
      clientId: guidSchema,
    }),
    z.strictObject({
      /** The key of the storage account. */
      type: z.literal("account-key"),
      /** Key of the account. */
      accountKey: secretRefSchema,
    }),
  ]),
  /** Namespaces that have the Secrets of this bucket, under the same names; clients in other namespaces are rejected. @default none, which is enough without Secrets */
  namespaces: z.array(labelNameSchema).default([]),
});

const s3CompatibleSchema = z.strictObject({
  /** A bucket of a store with the S3 API. */
  type: z.literal("s3-compatible"),
  /** Address of the store: scheme, host and port. */
  endpoint: z.string().regex(/^https?:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9]\d{0,4})?$/, {
    error: "http:// or https://, a host name and an optional port, without a path",
  }),
  /** Name of the bucket. */
  bucket: bucketNameSchema,
  /** Folder below which clients stay, without slashes at its ends. @default the whole bucket */
  prefix: prefixSchema,
  /** Region that requests are signed for; most stores take any. @default "us-east-1" */
  region: regionSchema.default("us-east-1"),
  /** Puts the bucket into the path, and not into the host name: stores rarely have a DNS name for each bucket. @default true */
  pathStyle: z.boolean().default(true),
  /** How clients authenticate. */
  credentials: z.discriminatedUnion("type", [
    z.strictObject({
      /** An access key. */
      type: z.literal("access-key"),
      /** Access key ID. */
      accessKeyId: secretRefSchema,
      /** Secret access key. */
      secretAccessKey: secretRefSchema,
    }),
    z.strictObject({
      /** Anybody may read, and nobody may write. */
      type: z.literal("public"),
    }),
  ]),
  /** CA that signed the certificate of the endpoint, as PEM. @default a public CA */
  ca: secretRefSchema.optional(),
  /** Namespaces that have the Secrets of this bucket, under the same names; clients in other namespaces are rejected. @default none, which is enough without Secrets */
  namespaces: z.array(labelNameSchema).default([]),
});

const inClusterSchema = z.strictObject({
  /** A bucket of a store in the cluster, created with its credentials. */
  type: z.literal("in-cluster"),
  /** Store that has the bucket, such as a key of `seaweedfs.clusters`. */
  store: ref("objectStore"),
  /** Name in the store. @default the name in the environment */
  bucket: bucketNameSchema.optional(),
  /** Folder below which clients stay, without slashes at its ends. @default the whole bucket */
  prefix: prefixSchema,
  /** Most that the bucket may hold; further writes fail. @default no limit */
  quota: sizeSchema.optional(),
  /** Keeps replaced and deleted objects as versions, which cannot be disabled later. @default false */
  versioning: z.boolean().default(false),
});

/** A bucket, by what it belongs to. */
const bucketSchema = z.discriminatedUnion("type", [s3Schema, gcsSchema, azureBlobSchema, s3CompatibleSchema, inClusterSchema]);

/** Buckets outside of the cluster: those of clouds, and of other stores with the S3 API. */
export const externalBucketSchema = z.discriminatedUnion("type", [s3Schema, gcsSchema, azureBlobSchema, s3CompatibleSchema]);

/** Section `buckets`: buckets by name; engines refer to them by it. */
export const bucketsSchema = z.record(labelNameSchema, bucketSchema);

/** Props of a bucket outside of the cluster. */
export type ExternalBucketProps = PropsOf<typeof externalBucketSchema>;

/** Settings of a bucket outside of the cluster: its props with every default filled in. */
export type ExternalBucketSettings = SettingsOf<typeof externalBucketSchema>;
