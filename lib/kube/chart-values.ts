/** Do the Helm values exist in the chart? Helm silently ignores a value that no template reads. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { joinPath } from "#lib/core/schema";

/** What is known of a chart's values. */
export interface KnownValues {
  /**
   * The chart's values as a tree. A map with known names is an object, everything else the word for it: `any` (a map that is passed
   * through whole), `named` (read by a template, no default), `null`, `list`, `string`, `number` or `boolean`.
   */
  readonly values: JsonObject;
}

/** Paths in `values` that the chart does not know, in order. */
export function unknownValuePaths(known: KnownValues, values: JsonObject): string[] {
  // Every chart has `global`: Helm hands it to all sub-charts. Source: Helm 4 docs, subcharts and globals.
  return unknownBelow("", { global: "any", ...known.values }, values);
}

function unknownBelow(base: string, known: JsonObject, values: JsonObject): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = joinPath(base, [key]);
    const node = Object.hasOwn(known, key) ? known[key] : undefined;
    if (value === undefined) return [];
    return node === undefined ? [path] : unknownAt(path, node, value);
  });
}

/** A scalar has no names below it; items of a list are not checked. */
function unknownAt(path: string, node: JsonValue, value: JsonValue): string[] {
  if (!isJsonObject(value)) return [];
  if (isJsonObject(node)) return unknownBelow(path, node, value);
  return OPEN.has(String(node)) ? [] : unknownBelow(path, {}, value);
}

const OPEN = new Set(["any", "named", "null"]);
