/** Reads optional fields of objects. */

import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";

/** The string at a path; empty if absent. */
export function textAt(object: JsonObject, ...path: string[]): string {
  const value = valueAt(object, path);
  return typeof value === "string" ? value : "";
}

/** The number at a path. */
export function numberAt(object: JsonObject, ...path: string[]): number | undefined {
  const value = valueAt(object, path);
  return typeof value === "number" ? value : undefined;
}

/** The objects of the list at a path. */
export function objectsAt(object: JsonObject, ...path: string[]): readonly JsonObject[] {
  const value = valueAt(object, path);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
