/** What differs between two releases: entries that only one has, and the fields in which the others differ. */

import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { compareText } from "#lib/core/order";
import { joinPath } from "#lib/core/schema";
import { DIGEST_ANNOTATION, ENVIRONMENT_LABEL, SOURCE_ANNOTATION } from "#lib/kube/labels";
import type { Entry, Release } from "./release";

/** One field: what each side has; `undefined` where a side has nothing. */
export interface FieldDiff {
  /** Path in the object, such as `spec.replicas`; items of a list with names are shown by name. */
  readonly path: string;
  readonly left?: JsonValue;
  readonly right?: JsonValue;
}

/** One entry of both releases whose content differs. */
export interface ChangedEntry {
  readonly id: string;
  /** Which line of each environment file asked for it. */
  readonly left: Entry;
  readonly right: Entry;
  readonly fields: readonly FieldDiff[];
}

/** The difference of two releases; each list sorted by id. */
export interface ReleaseDiff {
  readonly onlyLeft: readonly Entry[];
  readonly onlyRight: readonly Entry[];
  readonly changed: readonly ChangedEntry[];
  /** How many entries are the same in both. */
  readonly same: number;
}

/** What makes an entry what it is, as far as two environments can be compared. */
interface Content {
  readonly entry: Entry;
  readonly content: JsonObject;
}

/** Annotations that tell of the entry and are no part of it: the line that asked for it is told beside the fields. */
const TELLING = [DIGEST_ANNOTATION, SOURCE_ANNOTATION];

/** Compares two releases. The environment's own name, and the digests that follow from it, differ by nature and are left out. */
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

/** Every field in which two values differ, deepest first named, sorted by path. */
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

/** Lists of things with names are compared name by name, so that one more container does not make all others differ. */
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

/** The order of init containers and variables means something. */
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
