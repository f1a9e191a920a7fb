/** Reads and writes the few fields of an object that the provider itself cares about; objects may be incomplete inputs. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import type { Gvk } from "./token";

/** Annotations that steer pulumi-kubernetes. */
export const ANNOTATION = {
  autonamed: "pulumi.com/autonamed",
  skipAwait: "pulumi.com/skipAwait",
  waitFor: "pulumi.com/waitFor",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  replaceUnready: "pulumi.com/replaceUnready",
  patchForce: "pulumi.com/patchForce",
  patchFieldManager: "pulumi.com/patchFieldManager",
  deletionPropagation: "pulumi.com/deletionPropagationPolicy",
} as const;

/** The object's metadata; empty where it has none, or it is not known yet. */
export function metadataOf(object: JsonObject): JsonObject {
  return isJsonObject(object["metadata"]) ? object["metadata"] : {};
}

/** A text below a path; empty where there is none. */
export function textAt(object: JsonObject, ...path: string[]): string {
  const value = valueAt(object, path);
  return typeof value === "string" ? value : "";
}

/** A number below a path. */
export function numberAt(object: JsonObject, ...path: string[]): number | undefined {
  const value = valueAt(object, path);
  return typeof value === "number" ? value : undefined;
}

/** The items of a list below a path that are objects. */
export function objectsAt(object: JsonObject, ...path: string[]): readonly JsonObject[] {
  const value = valueAt(object, path);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** `metadata.name`, empty where it is absent. */
export function nameOf(object: JsonObject): string {
  return textAt(object, "metadata", "name");
}

/** `metadata.namespace`, empty where it is absent. */
export function namespaceOf(object: JsonObject): string {
  return textAt(object, "metadata", "namespace");
}

/** The value of an annotation, empty where it is absent. */
export function annotationOf(object: JsonObject, annotation: string): string {
  return textAt(object, "metadata", "annotations", annotation);
}

/** API version and kind as the object itself has them. */
export function gvkOfObject(object: JsonObject): Gvk {
  return { apiVersion: textAt(object, "apiVersion"), kind: textAt(object, "kind") };
}

/** The object with these metadata fields; an `undefined` value takes the field away. */
export function withMetadata(object: JsonObject, fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const metadata = Object.fromEntries(Object.entries({ ...metadataOf(object), ...fields }).filter(([, value]) => value !== undefined));
  return { ...object, metadata };
}

/** The object with an annotation; an unknown set of annotations cannot be added to and stays as it is. */
export function withAnnotation(object: JsonObject, annotation: string, value: string): JsonObject {
  const annotations = metadataOf(object)["annotations"];
  if (annotations !== undefined && !isJsonObject(annotations)) return object;
  return withMetadata(object, { annotations: { ...annotations, [annotation]: value } });
}

/** What only the server may set; never part of inputs. */
const READ_ONLY = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
] as const;

/** The object without the metadata that only the server may set. */
export function withoutServerFields(object: JsonObject): JsonObject {
  if (!isJsonObject(object["metadata"])) return object;
  return withMetadata(object, Object.fromEntries(READ_ONLY.map((field) => [field, undefined])));
}

/** Checks that inputs name an object, and types them so. */
export function asKubeObject(object: JsonObject): KubeObject {
  const { apiVersion, kind } = gvkOfObject(object);
  const name = nameOf(object);
  if (apiVersion === "" || kind === "" || name === "") {
    throw new Error(`not a Kubernetes object: apiVersion "${apiVersion}", kind "${kind}", metadata.name "${name}"; set all three`);
  }
  return { ...object, apiVersion, kind, metadata: { ...metadataOf(object), name } };
}
