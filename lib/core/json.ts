/** Plain JSON as TypeScript sees it: the only kind of data that leaves `lib`. */

/** A JSON scalar. */
export type JsonScalar = string | number | boolean | null;

/** Any JSON value; all of it read-only. */
export type JsonValue = JsonScalar | readonly JsonValue[] | JsonObject;

/** A JSON object. A key whose value is `undefined` counts as absent. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** Is this value an object with keys (neither a list nor null)? */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The value below `path`, or `undefined` where the path leaves the object.
 *
 * @param path keys and list positions, outermost first
 */
export function valueAt(value: JsonValue | undefined, path: readonly (string | number)[]): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const step of path) {
    if (Array.isArray(at)) at = at[Number(step)];
    else if (isJsonObject(at) && Object.hasOwn(at, step)) at = at[step];
    else return undefined;
  }
  return at;
}

/** The value with another one at a path; maps on the way are created, positions of lists must exist. */
export function replaceAt(value: JsonValue | undefined, path: readonly (string | number)[], replacement: JsonValue): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(value)) return value.map((item, position) => (position === key ? replaceAt(item, rest, replacement) : item));
  const map = isJsonObject(value) ? value : {};
  return { ...map, [key]: replaceAt(map[key], rest, replacement) };
}

/** The same value with every object's keys in code-unit order and absent keys dropped. */
export function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  const sorted: Record<string, JsonValue> = {};
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item !== undefined) setKey(sorted, key, sortKeys(item));
  }
  return sorted;
}

/** Plain assignment of `__proto__` would set the prototype and lose the key. */
function setKey(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === "__proto__") Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}

/** One text for one value: keys sorted, no white space. Two equal values give the same bytes. */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(sortKeys(value));
}

/** Characters that JSON leaves as they are and some YAML parser takes for a line break, strips or refuses. */
const UNSAFE_IN_YAML = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** JSON text that parsers of YAML read as the same value, too. */
export function yamlSafeJson(value: JsonValue): string {
  return JSON.stringify(value).replace(UNSAFE_IN_YAML, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Words of YAML 1.1 for booleans and null; `nan` and `inf` only for parsers that are laxer than any specification. */
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;

/** A number without a mantissa, which the library `yaml` reads by the rules of YAML 1.1 as a number that is none. */
const EXPONENT = /^e-?\d+$/i;

/** Would a parser of YAML take this bare word for anything but text? */
export function isYamlWord(text: string): boolean {
  return (text.length <= 5 && WORDS.test(text)) || EXPONENT.test(text);
}
