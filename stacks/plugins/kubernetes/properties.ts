/** Pulumi property values as plain JSON: secrets and values that are not known yet keep their wire form. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";

// The wire form of special values, fixed by pulumi/pulumi sdk/go/common/resource (properties.go, plugin/rpc.go).
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWNS: ReadonlySet<JsonValue> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** A value that is known only when something else exists. */
export function isUnknown(value: JsonValue | undefined): boolean {
  return value !== undefined && UNKNOWNS.has(value);
}

/** Is anything in this value unknown? */
export function hasUnknowns(value: JsonValue | undefined): boolean {
  return some(value, isUnknown);
}

/** Is anything in this value secret? */
export function hasSecrets(value: JsonValue | undefined): boolean {
  return some(value, isSecret);
}

/** Is this very value marked secret? */
export function isSecret(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && value[SIGNATURE] === SECRET;
}

/** Marks a value secret, once. */
export function makeSecret(value: JsonValue): JsonValue {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value: stripSecrets(value) };
}

/** The value with nothing marked and without nulls in objects, which Pulumi treats as absent. */
function stripSecrets(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(stripSecrets);
  if (!isJsonObject(value)) return value;
  if (isSecret(value)) return stripSecrets(value["value"] ?? null);
  return mapObject(value, stripSecrets);
}

/** {@link stripSecrets} of an object. */
export function plain(properties: JsonObject): JsonObject {
  const value = stripSecrets(properties);
  return isJsonObject(value) ? value : {};
}

/** The same object without absent and null members, each member mapped. */
function mapObject(object: JsonObject, map: (value: JsonValue) => JsonValue): JsonObject {
  const entries = Object.entries(object).flatMap(([key, value]): [string, JsonValue][] =>
    value === undefined || value === null ? [] : [[key, map(value)]],
  );
  return Object.fromEntries(entries);
}

/**
 * Marks in `outs` what is secret in `ins`: member by member where both are objects, else the whole member. The data of
 * a Kubernetes Secret is always secret. As pulumi-kubernetes does it, so that a state made by one is read by the other.
 */
export function annotateSecrets(outs: JsonObject, ins: JsonObject | undefined): JsonObject {
  if (outs["kind"] === "Secret") {
    const { data, stringData } = outs;
    return { ...outs, ...(data && { data: makeSecret(data) }), ...(stringData && { stringData: makeSecret(stringData) }) };
  }
  if (!ins || !hasSecrets(ins)) return outs;
  const marked: Record<string, JsonValue | undefined> = { ...outs };
  for (const [key, given] of Object.entries(ins)) {
    const out = outs[key];
    if (out !== undefined) marked[key] = annotated(out, given);
  }
  return marked;
}

function annotated(out: JsonValue, given: JsonValue | undefined): JsonValue {
  if (isJsonObject(out) && isJsonObject(given) && !isSecret(given)) return annotateSecrets(out, given);
  return hasSecrets(given) ? makeSecret(out) : out;
}

/** Members of CRD schemas that no SDK language can spell with dashes. */
const DASHED = [
  "x-kubernetes-embedded-resource",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-validations",
];
const TO_DASH = new Map(DASHED.map((name) => [name.replaceAll("-", "_"), name]));
const TO_UNDERSCORE = new Map(DASHED.map((name) => [name, name.replaceAll("-", "_")]));

/** Names as the API server has them. */
export function dashed(value: JsonObject): JsonObject {
  return renamed(value, TO_DASH);
}

/** Names as the SDK has them. */
export function underscored(value: JsonObject): JsonObject {
  return renamed(value, TO_UNDERSCORE);
}

function renamed(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const map = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(map);
    return isJsonObject(value) ? renamed(value, names) : value;
  };
  const entries = Object.entries(object).flatMap(([key, value]): [string, JsonValue][] =>
    value === undefined ? [] : [[names.get(key) ?? key, map(value)]],
  );
  return Object.fromEntries(entries);
}

function some(value: JsonValue | undefined, test: (value: JsonValue | undefined) => boolean): boolean {
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => some(item, test));
  return isJsonObject(value) && Object.values(value).some((item) => some(item, test));
}
