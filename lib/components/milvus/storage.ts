/** A bucket as Milvus and its operator take it. Sources: Milvus 2.6, configs/milvus.yaml (minio); milvus-operator v1.3.8, config/samples and pkg/external/minio.go. */

import type { JsonObject } from "#lib/core/json";
import type { SecretRef } from "#lib/core/secret-ref";
import type { BucketAccess, BucketCredentials, BucketLocation } from "#lib/kube/bucket";

/** What a cluster needs for its bucket. */
export interface Storage {
  /** `dependencies.storage` of the spec. */
  readonly dependency: {
    readonly external: true;
    readonly type: "S3" | "Azure";
    readonly endpoint: string;
    readonly ssl?: { readonly enabled: true; readonly caCertificateRef: string };
  };
  /** `minio` of the configuration. */
  readonly configuration: JsonObject;
  /** Environment variables; the credentials are among them. */
  readonly env: Readonly<Record<string, string | SecretRef>>;
}

/** Where a cluster has its data. */
export interface StoragePlace {
  /** Folder below the bucket's prefix. */
  readonly path: string;
  /** Where the CA of the endpoint is mounted. @default none */
  readonly caFile?: string;
}

/** Where and what a bucket is. */
interface Endpoint {
  readonly type: "S3" | "Azure";
  readonly cloudProvider: "aws" | "gcp" | "azure";
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly further: JsonObject;
}

/**
 * With `storage.secretRef`, the operator copies the keys into a ConfigMap. They are variables from their Secret instead, and the operator asks for the bucket
 * without any, which it does with `useIAM` only; for Milvus the variable has precedence over the file.
 */
export function storageOf(location: BucketLocation, { credentials, ca }: BucketAccess, { path, caFile }: StoragePlace): Storage {
  const { type, cloudProvider, host, port, tls, further } = endpointOf(location);
  return {
    dependency: {
      external: true,
      type,
      endpoint: `${host}:${port}`,
      ...(ca && { ssl: { enabled: true, caCertificateRef: ca.name } }),
    },
    configuration: {
      bucketName: location.bucket,
      rootPath: [...(location.prefix === undefined ? [] : [location.prefix]), path].join("/"),
      cloudProvider,
      useSSL: tls,
      useIAM: true,
      ...(caFile !== undefined && { ssl: { tlsCACert: caFile } }),
      ...further,
    },
    env: credentialsOf(credentials, location),
  };
}

function endpointOf(location: BucketLocation): Endpoint {
  switch (location.api) {
    case "s3": {
      const url = new URL(location.endpoint ?? `https://s3.${location.region}.amazonaws.com`);
      const tls = url.protocol === "https:";
      const usual = tls ? 443 : 80;
      const port = url.port === "" ? usual : Number(url.port);
      const further = { region: location.region, useVirtualHost: !location.pathStyle };
      return { type: "S3", cloudProvider: "aws", host: url.hostname, port, tls, further };
    }
    case "gcs":
      return { type: "S3", cloudProvider: "gcp", host: "storage.googleapis.com", port: 443, tls: true, further: {} };
    case "azure": {
      const further = { accessKeyID: location.account };
      return { type: "Azure", cloudProvider: "azure", host: "core.windows.net", port: 443, tls: true, further };
    }
  }
}

function credentialsOf(credentials: BucketCredentials, location: BucketLocation): Storage["env"] {
  const byKey = { MINIO_USEIAM: "false" };
  switch (credentials.type) {
    case "access-key":
      return { ...byKey, MINIO_ACCESS_KEY_ID: credentials.accessKeyId, MINIO_SECRET_ACCESS_KEY: credentials.secretAccessKey };
    case "account-key":
      return {
        ...byKey,
        ...(location.api === "azure" && { MINIO_ACCESS_KEY_ID: location.account }),
        MINIO_SECRET_ACCESS_KEY: credentials.accountKey,
      };
    case "identity":
    case "public":
      return {};
  }
}
