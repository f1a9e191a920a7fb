/** What the client's calls take and give. */

import { isJsonObject, type JsonValue } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { ConnectionError } from "./api-error";
import type { RetryPolicy } from "./retry";

/** Names one object. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Names a collection, or a part of it. */
export interface ListQuery {
  readonly apiVersion: string;
  readonly kind: string;
  /** @default all namespaces */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Only names, labels, annotations and the like: a fraction of the bytes. @default false */
  readonly metadataOnly?: boolean;
}

/** What every call may be given. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Differs from the client's policy for this call. @default no difference */
  readonly retry?: RetryPolicy;
}

/** What every write may be given. */
export interface WriteOptions extends CallOptions {
  readonly fieldManager?: string;
  /** Validate and admit, store nothing. @default false */
  readonly dryRun?: boolean;
  /** Unknown and duplicate fields: refuse, warn, or drop in silence. @default Strict */
  readonly fieldValidation?: "Strict" | "Warn" | "Ignore";
}

/** Server-side apply. */
export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Take fields over that others manage. @default false */
  readonly force?: boolean;
}

/** Deletion. */
export interface DeleteOptions extends CallOptions {
  readonly propagationPolicy?: "Foreground" | "Background" | "Orphan";
  /** Delete only the object that has this uid. */
  readonly uid?: string;
  readonly dryRun?: boolean;
}

/** A page and where the next one starts. */
export interface ListPage {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly next?: string;
}

/** The reference to an object. */
export function refOf(object: KubeObject): ObjectRef {
  const { name, namespace } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace !== undefined && { namespace }) };
}

/** Reads an object of the API server; the one place where its answers become typed. */
export function asObject(value: JsonValue): KubeObject {
  if (isJsonObject(value) && typeof value["kind"] === "string" && isJsonObject(value["metadata"])) return value as KubeObject;
  throw new ConnectionError("the API server answered with something that is no object", false);
}
