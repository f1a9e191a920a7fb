/** Random objects of a custom kind: mostly what its schema accepts, then one thing changed. */

import fc from "fast-check";
import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import type { CustomKind } from "#lib/kube/crd-schema";
import type { KubeObject } from "#lib/kube/object";
import { listOf, objectOf } from "#stacks/import/json-parts";

/**
 * Objects of a kind, valid by its schema as far as types, bounds, patterns and required fields go.
 *
 * @param deep how deep below the object optional fields may appear
 */
export function validObject(kind: CustomKind, deep = DEEP): fc.Arbitrary<KubeObject> {
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...properties } = objectOf(kind.schema["properties"]);
  const { status: _status, ...written } = properties;
  const required = listOf(kind.schema["required"]).filter((name) => typeof name === "string" && name in written);
  const body = record(written, new Set(["spec", ...required.map(String)].filter((name) => name in written)), DEEP - deep);
  return body.map((fields) => ({
    ...objectOf(fields),
    apiVersion: `${kind.group}/${kind.version}`,
    kind: kind.kind,
    metadata: { name: "sample", ...(kind.scope === "Namespaced" && { namespace: "default" }) },
  }));
}

/** The same objects with one place changed: removed, of another type, out of bounds, or joined by a field that nobody knows. */
export function mutatedObject(kind: CustomKind): fc.Arbitrary<KubeObject> {
  return fc.tuple(validObject(kind), fc.nat(), fc.constantFrom<Change>(...CHANGES)).map(([object, place, change]) => {
    const { apiVersion, kind: name, metadata, ...body } = object;
    const places = placesOf(body);
    const at = places[place % Math.max(1, places.length)] ?? [];
    return { ...objectOf(changeAt(body, at, change)), apiVersion, kind: name, metadata };
  });
}

type Path = readonly (string | number)[];
type Change = (value: JsonValue | undefined) => JsonValue | undefined;

const CHANGES: readonly Change[] = [
  () => undefined,
  () => null,
  () => "no such value",
  () => "",
  () => -1,
  () => 1e12,
  () => 0.5,
  () => true,
  () => [],
  () => ({}),
  (value) => (isJsonObject(value) ? { ...value, noSuchField: 1 } : { noSuchField: 1 }),
  (value) => (Array.isArray(value) ? [...value, ...value] : value),
  (value) => (typeof value === "string" ? value.repeat(300) : value),
  (value) => (typeof value === "number" ? -value : value),
];

/** Deeper than this only what is required is filled in. */
const DEEP = 6;
/** Optional fields in one object at most. */
const MORE = 3;

function valid(schema: JsonObject, depth: number): fc.Arbitrary<JsonValue> {
  const values = schema["enum"];
  if (Array.isArray(values)) return fc.constantFrom(...values);
  if (schema["x-kubernetes-int-or-string"] === true)
    return fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom("1", "500m", "1Gi", "10%"));
  const byType = BY_TYPE[String(schema["type"])];
  return byType ? byType(schema, depth) : fc.constantFrom<JsonValue>({}, { a: 1 }, { a: { b: ["c"] } });
}

const BY_TYPE: Readonly<Record<string, (schema: JsonObject, depth: number) => fc.Arbitrary<JsonValue>>> = {
  boolean: () => fc.boolean(),
  integer: (schema) => fc.integer(bounds(schema)),
  number: (schema) => fc.integer(bounds(schema)),
  string: text,
  array: list,
  object: (schema, depth) => {
    const properties = objectOf(schema["properties"]);
    const values = schema["additionalProperties"];
    if (Object.keys(properties).length > 0) return record(properties, new Set(listOf(schema["required"]).map(String)), depth);
    if (isJsonObject(values))
      return fc.dictionary(fc.constantFrom("a", "b.c/d", "cpu", "karpenter.sh/x"), valid(values, depth + 1), { maxKeys: 2 });
    return fc.constantFrom<JsonValue>({}, { a: 1 });
  },
};

function bounds(schema: JsonObject): { min: number; max: number } {
  const min = numberOf(schema["minimum"]) ?? 0;
  return { min, max: Math.max(min, numberOf(schema["maximum"]) ?? min + 100) };
}

function text(schema: JsonObject): fc.Arbitrary<JsonValue> {
  if (schema["format"] === "date-time") return fc.constantFrom("2026-01-01T00:00:00Z", "yesterday");
  if (schema["format"] === "byte") return fc.constantFrom("YQ==", "?");
  const pattern = schema["pattern"];
  if (typeof pattern === "string") return matching(pattern);
  const minLength = numberOf(schema["minLength"]) ?? 0;
  return fc.string({
    minLength,
    maxLength: Math.min(numberOf(schema["maxLength"]) ?? minLength + 8, minLength + 8),
    unit: "grapheme-ascii",
  });
}

/** Texts of a pattern; some that Go reads JavaScript does not. */
function matching(pattern: string): fc.Arbitrary<JsonValue> {
  const some = fc.constantFrom("", "a", "1", "10s", "1h", "5Gi", "a/b", "a.b=c", "https://a.b");
  try {
    return fc.oneof(fc.stringMatching(new RegExp(pattern)), some);
  } catch {
    return some;
  }
}

function list(schema: JsonObject, depth: number): fc.Arbitrary<JsonValue> {
  const minLength = numberOf(schema["minItems"]) ?? 0;
  const maxLength = Math.min(numberOf(schema["maxItems"]) ?? minLength + 2, minLength + 2);
  return fc.array(valid(objectOf(schema["items"]), depth + 1), { minLength, maxLength });
}

function record(properties: JsonObject, required: ReadonlySet<string>, depth: number): fc.Arbitrary<JsonValue> {
  const optional = Object.keys(properties).filter((name) => !required.has(name));
  const more = fc.subarray(optional, { maxLength: depth < DEEP ? Math.min(MORE, optional.length) : 0 });
  return more.chain((names) => {
    const fields = [...required, ...names].filter((name) => Object.hasOwn(properties, name));
    return fc.record(Object.fromEntries(fields.map((name) => [name, valid(objectOf(properties[name]), depth + 1)])));
  });
}

function placesOf(value: JsonValue | undefined, at: Path = []): Path[] {
  if (Array.isArray(value)) return [at, ...value.flatMap((item: JsonValue, index) => placesOf(item, [...at, index]))];
  if (!isJsonObject(value)) return [at];
  return [at, ...Object.entries(value).flatMap(([key, item]) => placesOf(item, [...at, key]))];
}

function changeAt(value: JsonValue | undefined, path: Path, change: Change): JsonValue | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item: JsonValue, index) => (index === first ? (changeAt(item, rest, change) ?? null) : item));
  return isJsonObject(value) ? { ...value, [first]: changeAt(value[first], rest, change) } : value;
}

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
