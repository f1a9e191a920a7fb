/** The diff of two releases: entries of only one, and changed fields of the others. */

import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { compareText } from "#lib/core/order";
import { joinPath } from "#lib/core/schema";
import { DIGEST_ANNOTATION, ENVIRONMENT_LABEL, SOURCE_ANNOTATION } from "#lib/kube/labels";
import type { Entry, Release } from "./release";

/** A changed field: the value of each side; `undefined` if absent. */
export interface FieldDiff {
  /** Path in the object, such as `spec.replicas`; items of a list with names are shown by name. */
  readonly path: string;
  readonly left?: JsonValue;
  readonly right?: JsonValue;
}

/** One entry of both releases whose content differs. */
export interface ChangedEntry {
  readonly id: string;
  /** Path in each environment file that it comes from. */
  readonly left: Entry;
  readonly right: Entry;
  readonly fields: readonly FieldDiff[];
}

/** The difference of two releases; each list sorted by id. */
export interface ReleaseDiff {
  readonly onlyLeft: readonly Entry[];
  readonly onlyRight: readonly Entry[];
  readonly changed: readonly ChangedEntry[];
  /** Number of equal entries. */
  readonly same: number;
}

/** Content of an entry for the comparison of two environments. */
interface Content {
  readonly entry: Entry;
  readonly content: JsonObject;
}

/** Annotations that are not compared: the path in the file is shown separately. */
const TELLING = [DIGEST_ANNOTATION, SOURCE_ANNOTATION];

/** Compares two releases, without the environment's name and the digests that depend on it. */
export function diffReleases(left: Release, right: Release): ReleaseDiff {
  const [a, b] = [contentsOf(left), contentsOf(right)];
  const both = [...a.keys()].filter((id) => b.has(id)).sort(compareText);
  const changed = both.flatMap((id): ChangedEntry[] => {
    const [one, other] = [a.get(id), b.get(id)];
    const fields = one && other ? fieldDiffs(one.content, other.content) : [];
    return one && other && fields.length > 0 ? [{ id, left: one.entry, right: other.entry, fields }] : [];
  });
  return { onlyLeft: only(a, b), onlyRight: only(b, a), changed, same: both.length - changed.length };
}

function only(of: ReadonlyMap<string, Content>, without: ReadonlyMap<string, Content>): Entry[] {
  return [...of].flatMap(([id, { entry }]) => (without.has(id) ? [] : [entry])).sort((a, b) => compareText(a.id, b.id));
}

function contentsOf(release: Release): Map<string, Content> {
  return new Map([
    ...release.objects.map(({ manifest, ...entry }): [string, Content] => [
      entry.id,
      { entry, content: { ...comparable(manifest), retention: entry.retention } },
    ]),
    ...release.helmReleases.map(({ chart, values, ...entry }): [string, Content] => [
      entry.id,
      { entry, content: { chart: { ...chart }, values } },
    ]),
    ...(release.files ?? []).map(({ text, ...entry }): [string, Content] => [entry.id, { entry, content: { text } }]),
  ]);
}

function comparable(manifest: JsonObject): JsonObject {
  const metadata = isJsonObject(manifest["metadata"]) ? manifest["metadata"] : {};
  return {
    ...manifest,
    metadata: {
      ...metadata,
      labels: without(metadata["labels"], [ENVIRONMENT_LABEL]),
      annotations: without(metadata["annotations"], TELLING),
    },
  };
}

function without(map: JsonValue | undefined, keys: readonly string[]): JsonObject {
  return isJsonObject(map) ? { ...map, ...Object.fromEntries(keys.map((key) => [key, undefined])) } : {};
}

/** Every field in which two values differ, at its deepest path, sorted by path. */
export function fieldDiffs(left: JsonValue | undefined, right: JsonValue | undefined, path = ""): FieldDiff[] {
  if (left === undefined && right === undefined) return [];
  if (isJsonObject(left) && isJsonObject(right)) return mapDiffs(left, right, path);
  if (Array.isArray(left) && Array.isArray(right)) return listDiffs(left, right, path);
  const same = left !== undefined && right !== undefined && canonicalJson(left) === canonicalJson(right);
  return same ? [] : [{ path, ...(left !== undefined && { left }), ...(right !== undefined && { right }) }];
}

function mapDiffs(left: JsonObject, right: JsonObject, path: string): FieldDiff[] {
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort(compareText);
  return keys.flatMap((key) => fieldDiffs(left[key], right[key], joinPath(path, [key])));
}

/** Lists of named items are compared by name, so that an added container does not change the others. */
function listDiffs(left: readonly JsonValue[], right: readonly JsonValue[], path: string): FieldDiff[] {
  const [named, other] = [byName(left), byName(right)];
  if (named && other) {
    const names = [...new Set([...named.keys(), ...other.keys()])].sort(compareText);
    const found = names.flatMap((name) => fieldDiffs(named.get(name), other.get(name), `${path}[${name}]`));
    return found.length > 0 ? found : orderDiffs([...named.keys()], [...other.keys()], path);
  }
  const length = Math.max(left.length, right.length);
  return Array.from({ length }, (_, position) => fieldDiffs(left[position], right[position], `${path}[${position}]`)).flat();
}

/** The order of init containers and variables is significant. */
function orderDiffs(left: readonly string[], right: readonly string[], path: string): FieldDiff[] {
  return left.join("\n") === right.join("\n") ? [] : [{ path, left, right }];
}

function byName(items: readonly JsonValue[]): Map<string, JsonValue> | undefined {
  const names = new Map<string, JsonValue>();
  for (const item of items) {
    const name = isJsonObject(item) ? item["name"] : undefined;
    if (typeof name !== "string" || names.has(name)) return undefined;
    names.set(name, item);
  }
  return names.size > 0 ? names : undefined;
}
