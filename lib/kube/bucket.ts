/** Roles of object storage: a bucket, and a store that makes buckets in the cluster. No product is named here. */

import type { Construct, IConstruct, IDependable } from "constructs";
import type { SecretRef } from "#lib/core/secret-ref";
import type { Size } from "#lib/core/size";
import type { FlowProps } from "./network";

/** Where a bucket is, by the API that its clients speak. */
export type BucketLocation =
  | {
      readonly api: "s3";
      readonly bucket: string;
      /** Folder below which clients stay, without slashes at its ends. @default the whole bucket */
      readonly prefix?: string;
      /** Region that requests are signed for. */
      readonly region: string;
      /** Address of the store, with scheme and port. @default that of AWS in the region */
      readonly endpoint?: string;
      /** The bucket is part of the path, and not of the host name. */
      readonly pathStyle: boolean;
    }
  | { readonly api: "gcs"; readonly bucket: string; readonly prefix?: string }
  | {
      readonly api: "azure";
      /** Name of the storage account. */
      readonly account: string;
      /** Container of the account: Azure's word for a bucket. */
      readonly bucket: string;
      readonly prefix?: string;
    };

/** How clients authenticate. */
export type BucketCredentials =
  /** The cloud identity of the pods, by annotations of their ServiceAccount. */
  | { readonly type: "identity"; readonly annotations: Readonly<Record<string, string>> }
  /** An access key of the S3 API, in Secrets of the clients' namespace. */
  | { readonly type: "access-key"; readonly accessKeyId: SecretRef; readonly secretAccessKey: SecretRef }
  /** The key of a storage account of Azure, in a Secret of the clients' namespace. */
  | { readonly type: "account-key"; readonly accountKey: SecretRef }
  /** Anybody may read; nobody may write. */
  | { readonly type: "public" };

/** What clients in one namespace need. */
export interface BucketAccess {
  readonly credentials: BucketCredentials;
  /** CA that signed the certificate of the endpoint, as PEM in a Secret of the clients' namespace. @default a public CA, or no TLS */
  readonly ca?: SecretRef;
  /** Clients depend on it: the bucket, and credentials that an operator creates in their namespace. */
  readonly dependency: IDependable;
}

/** One network flow from clients to the bucket, without its clients. */
export interface BucketFlow extends Pick<FlowProps, "to" | "ports"> {
  /** Part of the policy's name. */
  readonly name: string;
}

/** A bucket of an object store. */
export interface IBucket extends IConstruct {
  /** Name in the environment. */
  readonly name: string;
  readonly location: BucketLocation;
  readonly flows: readonly BucketFlow[];
  /** Opens the bucket to pods of a namespace; the same namespace twice is the same access. */
  enter(namespace: string): BucketAccess;
}

/** What a store is asked for. */
export interface BucketAsk {
  /** Name in the environment. */
  readonly name: string;
  /** Name in the store. */
  readonly bucket: string;
  /** @default the whole bucket */
  readonly prefix?: string;
  /** Most that the bucket may hold; further writes fail. @default no limit */
  readonly quota?: Size;
  /** Keeps replaced and deleted objects as versions. @default false */
  readonly versioning?: boolean;
}

/** A store that makes buckets, by its name in the environment. */
export interface IObjectStore extends IConstruct {
  readonly name: string;
  /** Creates a bucket below `scope`. */
  addBucket(scope: Construct, ask: BucketAsk): IBucket;
}
