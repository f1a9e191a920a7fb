/** Reads fields of objects that may lack any of them. */

import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";

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
