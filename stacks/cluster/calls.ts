/** Parameters and results of the client's calls. */

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
  /** Return metadata only: a fraction of the bytes. @default false */
  readonly metadataOnly?: boolean;
}

/** Options of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Overrides of the client's retry policy for this call. @default none */
  readonly retry?: RetryPolicy;
}

/** Options of every write. */
export interface WriteOptions extends CallOptions {
  readonly fieldManager?: string;
  /** Dry run: validate and admit, store nothing. @default false */
  readonly dryRun?: boolean;
  /** How the server handles unknown and duplicate fields. @default Strict */
  readonly fieldValidation?: "Strict" | "Warn" | "Ignore";
}

/** Server-side apply. */
export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Take over fields of other managers. @default false */
  readonly force?: boolean;
}

/** Deletion. */
export interface DeleteOptions extends CallOptions {
  readonly propagationPolicy?: "Foreground" | "Background" | "Orphan";
  /** Precondition: delete only the object with this uid. */
  readonly uid?: string;
  readonly dryRun?: boolean;
}

/** A page, and the token of the next one. */
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

/** Parses an object of the API server: the only place where responses get a type. */
export function asObject(value: JsonValue): KubeObject {
  if (isJsonObject(value) && typeof value["kind"] === "string" && isJsonObject(value["metadata"])) return value as KubeObject;
  throw new ConnectionError("the API server answered with something that is not an object", false);
}
