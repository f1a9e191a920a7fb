/** Reads untyped JSON: a missing value or one of another type reads as empty. */

import { isJsonObject, type JsonObject } from "#lib/core/json";

/** The map below `key`. */
export function mapAt(object: JsonObject | undefined, key: string): JsonObject {
  const value = object?.[key];
  return isJsonObject(value) ? value : {};
}

/** The maps of the list below `key`. */
export function listAt(object: JsonObject | undefined, key: string): readonly JsonObject[] {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The texts of the list below `key`. */
export function textsAt(object: JsonObject | undefined, key: string): readonly string[] {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
