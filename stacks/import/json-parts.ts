/** Parts of JSON of which a schema says that they are objects or lists: empty where they are missing. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";

/** The value as an object. */
export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The value as a list. */
export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
