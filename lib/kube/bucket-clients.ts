/** A bucket as its clients take it: URIs, environment variables of SDKs, properties of Hadoop, network flows. */

import type { SecretRef } from "#lib/core/secret-ref";
import type { BucketAccess, BucketCredentials, BucketLocation, IBucket } from "./bucket";
import { type CaMount, caMount } from "./ca-mount";
import type { FlowProps, PodsEnd } from "./network";

/** URI schemes by which clients name buckets: `s3` most SDKs, `s3a` Hadoop, `abfss` and `wasbs` the two drivers for Azure. */
export type BucketScheme = "s3" | "s3a" | "gs" | "abfss" | "wasbs";

/** Scheme that most clients of an API take. */
const SCHEMES = { s3: "s3", gcs: "gs", azure: "abfss" } as const satisfies Record<BucketLocation["api"], BucketScheme>;

/** URIs of a bucket by scheme; `below` is a folder below its prefix. Schemes of other APIs are absent. */
export function bucketUris(location: BucketLocation, below = ""): Partial<Record<BucketScheme, string>> {
  const path = [location.prefix ?? "", below].filter((part) => part !== "").join("/");
  const at = (scheme: BucketScheme, host: string) => `${scheme}://${host}${path === "" ? "" : `/${path}`}`;
  switch (location.api) {
    case "s3":
      return { s3: at("s3", location.bucket), s3a: at("s3a", location.bucket) };
    case "gcs":
      return { gs: at("gs", location.bucket) };
    case "azure":
      return {
        abfss: at("abfss", `${location.bucket}@${azureHost(location.account)}`),
        wasbs: at("wasbs", `${location.bucket}@${location.account}.blob.core.windows.net`),
      };
  }
}

/** The URI of a bucket in the scheme that most clients of its API take. */
export function bucketUri(location: BucketLocation, below = ""): string {
  const scheme = SCHEMES[location.api];
  const uri = bucketUris(location, below)[scheme];
  if (uri === undefined) throw new Error(`no URI of scheme ${scheme} for a bucket of ${location.api}`);
  return uri;
}

/** Environment variables: values, and keys of Secrets in the clients' namespace. */
export type BucketEnvironment = Readonly<Record<string, string | SecretRef>>;

/**
 * Environment variables from which SDKs and command lines read endpoint and credentials. Sources: AWS SDKs and Tools Reference Guide
 * (service-specific endpoints, region, CA bundle, access keys); Azure CLI, "Environment variables"; adlfs for AZURE_STORAGE_ACCOUNT_NAME and _KEY.
 * Google's clients find the identity of the pod by themselves. The AWS SDKs put the bucket into the path if the endpoint is not AWS.
 *
 * @param caFile where the CA of {@link BucketAccess.ca} is mounted
 */
export function bucketEnvironment(location: BucketLocation, { credentials }: BucketAccess, caFile?: string): BucketEnvironment {
  switch (location.api) {
    case "s3":
      return {
        AWS_REGION: location.region,
        // Older SDKs, such as boto3, read this one.
        AWS_DEFAULT_REGION: location.region,
        ...(location.endpoint !== undefined && { AWS_ENDPOINT_URL_S3: location.endpoint }),
        ...(caFile !== undefined && { AWS_CA_BUNDLE: caFile }),
        ...bucketSecrets(credentials),
      };
    case "gcs":
      return {};
    case "azure":
      return {
        AZURE_STORAGE_ACCOUNT: location.account,
        AZURE_STORAGE_ACCOUNT_NAME: location.account,
        ...bucketSecrets(credentials),
      };
  }
}

/** The environment variables among those of {@link bucketEnvironment} that come from Secrets. */
function bucketSecrets(credentials: BucketCredentials): Readonly<Record<string, SecretRef>> {
  switch (credentials.type) {
    case "access-key":
      return { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey };
    case "account-key":
      return { AZURE_STORAGE_KEY: credentials.accountKey, AZURE_STORAGE_ACCOUNT_KEY: credentials.accountKey };
    case "identity":
    case "public":
      return {};
  }
}

/** Classes by the version of the AWS SDK in Hadoop: 1 up to Hadoop 3.3, 2 from 3.4 on. Source: Hadoop 3.3.4 and 3.4.1, hadoop-aws, "Authenticating with S3". */
const WEB_IDENTITY = {
  1: "com.amazonaws.auth.WebIdentityTokenCredentialsProvider",
  2: "software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider",
} as const;

/** Annotation of IRSA. EKS Pod Identity needs none: its agent answers as the container provider of the SDK's default chain does. */
const IRSA = "eks.amazonaws.com/role-arn";

/** Options of {@link bucketHadoop}. */
export interface HadoopOptions {
  /** Major version of the AWS SDK in the client's Hadoop. @default 2 */
  readonly awsSdk?: keyof typeof WEB_IDENTITY;
}

/**
 * Properties of Hadoop's file systems: s3a, gs and abfs. They hold no secret: s3a reads the access key from the variables of {@link bucketEnvironment},
 * abfs by a property that Hadoop replaces with a variable. Sources: Hadoop 3.4.1, core-default.xml, hadoop-aws and hadoop-azure;
 * Cloud Storage connector 3.1, CONFIGURATION.md.
 */
export function bucketHadoop(location: BucketLocation, { credentials }: BucketAccess, options: HadoopOptions = {}): Record<string, string> {
  switch (location.api) {
    case "s3":
      return {
        "fs.s3a.endpoint.region": location.region,
        ...(location.endpoint !== undefined && {
          "fs.s3a.endpoint": location.endpoint,
          "fs.s3a.connection.ssl.enabled": String(location.endpoint.startsWith("https:")),
        }),
        "fs.s3a.path.style.access": String(location.pathStyle),
        ...s3aProvider(credentials, options.awsSdk ?? 2),
      };
    case "gcs":
      return {
        "fs.gs.impl": "com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem",
        "fs.AbstractFileSystem.gs.impl": "com.google.cloud.hadoop.fs.gcs.GoogleHadoopFS",
        "fs.gs.auth.type": credentials.type === "public" ? "UNAUTHENTICATED" : "APPLICATION_DEFAULT",
      };
    case "azure":
      return abfsProperties(azureHost(location.account), credentials);
  }
}

/** Without a provider, s3a tries the variables and then the instance's role, but neither a web identity nor no identity at all. */
function s3aProvider(credentials: BucketCredentials, sdk: keyof typeof WEB_IDENTITY): Record<string, string> {
  const key = "fs.s3a.aws.credentials.provider";
  if (credentials.type === "public") return { [key]: "org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider" };
  if (credentials.type === "identity" && IRSA in credentials.annotations) return { [key]: WEB_IDENTITY[sdk] };
  return {};
}

function abfsProperties(host: string, credentials: BucketCredentials): Record<string, string> {
  if (credentials.type === "account-key") {
    // Hadoop replaces ${env.NAME} itself, since 3.0.
    return { [`fs.azure.account.auth.type.${host}`]: "SharedKey", [`fs.azure.account.key.${host}`]: `\${env.AZURE_STORAGE_KEY}` };
  }
  const oauth = "fs.azure.account.oauth";
  return {
    [`fs.azure.account.auth.type.${host}`]: "OAuth",
    // The webhook of Azure Workload Identity sets the variables.
    [`${oauth}.provider.type.${host}`]: "org.apache.hadoop.fs.azurebfs.oauth2.WorkloadIdentityTokenProvider",
    [`${oauth}2.msi.tenant.${host}`]: `\${env.AZURE_TENANT_ID}`,
    [`${oauth}2.client.id.${host}`]: `\${env.AZURE_CLIENT_ID}`,
    [`${oauth}2.token.file.${host}`]: `\${env.AZURE_FEDERATED_TOKEN_FILE}`,
  };
}

function azureHost(account: string): string {
  return `${account}.dfs.core.windows.net`;
}

/** Network flows from clients to a bucket; `who` is the part of the policies' names that tells clients apart. */
export function bucketFlows({ name, flows }: Pick<IBucket, "name" | "flows">, who: string, from: PodsEnd): FlowProps[] {
  return flows.map((flow) => ({ name: `${who}-to-bucket.${name}.${flow.name}`, from, to: flow.to, ports: flow.ports }));
}

/** Annotations that the ServiceAccount of clients needs. */
export function bucketAnnotations({ credentials }: BucketAccess): Readonly<Record<string, string>> {
  return credentials.type === "identity" ? credentials.annotations : {};
}

/** Volume and mount of the CA, and where it is; `undefined` where clients trust the endpoint anyway. */
export function bucketTrust({ ca }: BucketAccess): CaMount | undefined {
  return ca && caMount("bucket-ca", ca);
}
