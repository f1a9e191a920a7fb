/** Cuts a live object down to the fields that a program has given, so that what the cluster adds is no difference. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import type { FieldPath } from "./differences";

/** The part of `live` that `shape` has too. */
export function prune(live: JsonObject, shape: JsonObject): JsonObject {
  const entries = Object.entries(shape).flatMap(([key, wanted]): [string, JsonValue][] => {
    const value = live[key];
    return value === undefined || wanted === undefined ? [] : [[key, pruneValue(value, wanted)]];
  });
  return Object.fromEntries(entries);
}

/**
 * The value of `object` at a path of `shape`. Items of named lists are found by their names; any other list is
 * given whole, since what somebody else put in shifts all positions.
 */
export function valueLike(shape: JsonValue | undefined, object: JsonValue | undefined, path: FieldPath): JsonValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return object;
  if (isJsonObject(object)) return valueLike(isJsonObject(shape) ? shape[step] : undefined, object[step], rest);
  if (!Array.isArray(object) || !Array.isArray(shape)) return object;
  const byName = named(object);
  if (!byName || !named(shape)) return object;
  const like = shape[Number(step)];
  return like === undefined ? undefined : valueLike(like, byName.get(nameOf(like)), rest);
}

function pruneValue(live: JsonValue, shape: JsonValue): JsonValue {
  if (isJsonObject(live) && isJsonObject(shape)) return prune(live, shape);
  if (Array.isArray(live) && Array.isArray(shape)) return pruneList(live, shape);
  return live;
}

/** Items are matched by name where they have one: admission may put its own containers, volumes or variables before ours. */
function pruneList(live: readonly JsonValue[], shape: readonly JsonValue[]): readonly JsonValue[] {
  const byName = named(live);
  if (byName && named(shape)) {
    return shape.flatMap((wanted) => {
      const found = byName.get(nameOf(wanted));
      return found === undefined ? [] : [pruneValue(found, wanted)];
    });
  }
  return live.slice(0, shape.length).map((item, index) => pruneValue(item, shape[index] ?? item));
}

/** The items by name, if each has one and no two share it. */
function named(list: readonly JsonValue[]): ReadonlyMap<string, JsonValue> | undefined {
  const items = new Map(list.map((item) => [nameOf(item), item]));
  return items.size === list.length && !items.has("") ? items : undefined;
}

function nameOf(item: JsonValue): string {
  return isJsonObject(item) && typeof item["name"] === "string" ? item["name"] : "";
}
