/** Props of External Secrets: its operator, and stores. */

import { z } from "zod";
import { Duration } from "#lib/core/duration";
import { durationSchema, labelNameSchema, secretRefSchema } from "#lib/core/schema";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** Props of the operator. */
export const externalSecretsOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each of its pods. @default requests of 0.05 cores and 128Mi, limits of 0.5 cores and 256Mi */
  resources: partResourcesSchema.optional(),
});

const refreshProps = {
  /** How often values are read again. @default 1 hour */
  refresh: durationSchema.default(Duration.hours(1)),
};

const guidSchema = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, { error: "a GUID" });

const awsSchema = z.strictObject({
  ...refreshProps,
  /** Secrets Manager or Parameter Store of AWS. */
  type: z.literal("aws"),
  /** Service that has the values. @default "secrets-manager" */
  service: z.enum(["secrets-manager", "parameter-store"]).default("secrets-manager"),
  /** Region of the service. */
  region: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, { error: "a region, such as eu-central-1" }),
  /** IAM role that may read the values, and trusts the ServiceAccount `secrets-<store>` of each namespace (IRSA). */
  role: z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, { error: "the ARN of an IAM role" }),
});

const gcpSchema = z.strictObject({
  ...refreshProps,
  /** Secret Manager of Google Cloud. */
  type: z.literal("gcp"),
  /** Project that has the values. */
  project: z.string().regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, { error: "a project ID" }),
  /** IAM service account that may read the values. @default access is granted to the Kubernetes ServiceAccount `secrets-<store>` of each namespace */
  serviceAccount: z
    .string()
    .regex(/^[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com$/, { error: "the e-mail address of a service account" })
    .optional(),
});

const azureSchema = z.strictObject({
  ...refreshProps,
  /** Key Vault of Azure. */
  type: z.literal("azure"),
  /** Address of the vault. */
  vaultUrl: z.string().regex(/^https:\/\/[a-z0-9-]+\.vault\.[a-z.]+$/, { error: "an address such as https://acme.vault.azure.net" }),
  /** Tenant of the identity. */
  tenantId: guidSchema,
  /** Client ID of the managed identity that may read the values (Azure Workload Identity). */
  clientId: guidSchema,
});

const vaultSchema = z.strictObject({
  ...refreshProps,
  /** HashiCorp Vault or OpenBao, with its Kubernetes authentication. */
  type: z.literal("vault"),
  /** Address of the server: scheme, host and port. */
  server: z.string().regex(/^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9]\d{0,4})?$/, {
    error: "https://, a host name and an optional port, without a path",
  }),
  /** Path of the key-value engine. @default "secret" */
  path: z.string().min(1).default("secret"),
  /** Version of the key-value engine. @default "v2" */
  version: z.enum(["v1", "v2"]).default("v2"),
  /** Role of the Kubernetes authentication, bound to the ServiceAccount `secrets-<store>` of each namespace. */
  role: z.string().min(1),
  /** Path of the Kubernetes authentication. @default "kubernetes" */
  mountPath: z.string().min(1).default("kubernetes"),
  /** CA that signed the server's certificate, as PEM in a Secret of each namespace with readers. @default a public CA */
  ca: secretRefSchema.optional(),
});

const kubernetesSchema = z.strictObject({
  ...refreshProps,
  /** Secrets of one namespace of the cluster, for readers in others. */
  type: z.literal("kubernetes"),
  /** Namespace that has the Secrets; `key` is the name of one, `property` its key. */
  namespace: labelNameSchema,
});

/** A store, by what has the values. */
export const secretStoreSchema = z.discriminatedUnion("type", [awsSchema, gcpSchema, azureSchema, vaultSchema, kubernetesSchema]);

/** Section `externalSecrets`. */
export const externalSecretsSectionSchema = z.strictObject({
  /** The operator. @default one pod of each part */
  operator: externalSecretsOperatorSchema.prefault({}),
  /** Stores by name; secrets refer to them by it. @default none */
  stores: z.record(labelNameSchema, secretStoreSchema).default({}),
});

/** Props of the operator. */
export type ExternalSecretsOperatorProps = PropsOf<typeof externalSecretsOperatorSchema>;
/** Settings of the operator. */
export type ExternalSecretsOperatorSettings = SettingsOf<typeof externalSecretsOperatorSchema>;
/** Props of a store. */
export type SecretStoreProps = PropsOf<typeof secretStoreSchema>;
/** Settings of a store. */
export type SecretStoreSettings = SettingsOf<typeof secretStoreSchema>;
