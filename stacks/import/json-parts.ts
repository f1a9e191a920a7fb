/** Reads parts of JSON that a schema declares as objects or lists; absent parts are empty. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";

/** The value as an object. */
export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The value as a list. */
export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
