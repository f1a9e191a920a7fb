/** Field by field, what changes from the live object to the new inputs. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { isQuantityPath, sameQuantity } from "./quantity";

/** Keys and list positions, outermost first. */
export type FieldPath = readonly (string | number)[];

/** One changed field. */
export interface Difference {
  readonly path: FieldPath;
  readonly kind: "add" | "delete" | "update";
  /** The wanted value; absent for a deletion. */
  readonly value?: JsonValue;
}

/** How values are compared. */
export interface Comparison {
  /** Quantities of built-in kinds are compared as amounts. */
  readonly quantities: boolean;
}

/**
 * All differences. A list is compared position by position. An empty object is something: a network policy's
 * `namespaceSelector: {}` selects all namespaces, and none without it.
 */
export function differences(live: JsonObject, wanted: JsonObject, comparison: Comparison): Difference[] {
  return compareObjects({ path: [], comparison }, live, wanted);
}

/** Is an empty object or list all that is new? Of most fields the server stores no such thing. */
export function addsNothing({ kind, value }: Difference): boolean {
  if (kind !== "add") return false;
  return Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.values(value).every((member) => member === undefined);
}

/** The path as Pulumi writes it: `spec.containers[0].env`, `metadata.annotations["a.b/c"]`. */
export function formatPath(path: FieldPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (/[."[\]]/.test(step)) return `${text}["${step.replaceAll('"', '\\"')}"]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** Reads a path that Pulumi wrote; `*` stays a step of its own. */
export function parsePath(text: string): FieldPath {
  const steps = text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g);
  return [...steps].map(([, quoted, index, name]) => {
    if (quoted !== undefined) return quoted.replaceAll('\\"', '"');
    if (index !== undefined) return index === "*" ? "*" : Number(index);
    return name ?? "";
  });
}

/** Is `path` the field named by `pattern`, or one inside it? `*` matches any step. */
export function isWithin(path: FieldPath, pattern: FieldPath): boolean {
  return pattern.length <= path.length && pattern.every((step, index) => step === "*" || step === path[index]);
}

interface At {
  readonly path: FieldPath;
  readonly comparison: Comparison;
}

function compareObjects({ path, comparison }: At, live: JsonObject, wanted: JsonObject): Difference[] {
  const keys = [...new Set([...Object.keys(live), ...Object.keys(wanted)])].sort();
  return keys.flatMap((key) => compare({ path: [...path, key], comparison }, live[key], wanted[key]));
}

function compareLists({ path, comparison }: At, live: readonly JsonValue[], wanted: readonly JsonValue[]): Difference[] {
  const length = Math.max(live.length, wanted.length);
  return Array.from({ length }, (_, index) => compare({ path: [...path, index], comparison }, live[index], wanted[index])).flat();
}

function compare(at: At, live: JsonValue | undefined, wanted: JsonValue | undefined): Difference[] {
  if (isJsonObject(live) && isJsonObject(wanted)) return compareObjects(at, live, wanted);
  if (Array.isArray(live) && Array.isArray(wanted)) return compareLists(at, live, wanted);
  return same(at, live, wanted) ? [] : [differenceAt(at.path, live, wanted)];
}

function same({ path, comparison }: At, live: JsonValue | undefined, wanted: JsonValue | undefined): boolean {
  return (live ?? null) === (wanted ?? null) || (comparison.quantities && isQuantityPath(path) && sameQuantity(live, wanted));
}

function differenceAt(path: FieldPath, live: JsonValue | undefined, wanted: JsonValue | undefined): Difference {
  if (wanted === undefined || wanted === null) return { path, kind: "delete" };
  return { path, kind: live === undefined || live === null ? "add" : "update", value: wanted };
}
