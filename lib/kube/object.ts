/** A Kubernetes object as plain JSON, and the id by which everything else speaks of it. */

import type { JsonObject } from "#lib/core/json";

/** Name, namespace and labels of an object. */
interface ObjectMeta extends JsonObject {
  readonly name: string;
  /** Absent on cluster-scoped objects. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Any Kubernetes object. */
export interface KubeObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** Group and kind, without version: `apps/Deployment`, `core/Secret`. */
export type GroupKind = `${string}/${string}`;

/** The API group of an `apiVersion`; `core` for the legacy group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "core" : apiVersion.slice(0, slash);
}

/** Group and kind of an object. */
export function groupKind(object: Pick<KubeObject, "apiVersion" | "kind">): GroupKind {
  return `${groupOf(object.apiVersion)}/${object.kind}`;
}

/** The id of an object, stable over API versions: `apps/Deployment/flink/main`, `core/Namespace/flink`. */
export function objectId(object: KubeObject): string {
  const { name, namespace } = object.metadata;
  return idOf(groupKind(object), name, namespace);
}

/** The id that an object of this kind, name and namespace has. */
export function idOf(kind: GroupKind, name: string, namespace?: string): string {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}
