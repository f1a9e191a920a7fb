/** Checks of input from outside: zod schemas of our value types, and zod's findings as problems. */

import { z } from "zod";
import { Duration } from "./duration";
import { isPinned, parseImage } from "./image-ref";
import { compareText } from "./order";
import type { Problem } from "./problem";
import { Size } from "./size";

/** A {@link Size} of a whole, positive number of bytes. */
export const sizeSchema = z.custom<Size>((value) => value instanceof Size && value.valid, {
  error: "a size such as Size.gibibytes(4), above zero and at most 8 PiB",
});

/** A {@link Duration} of a whole, positive number of seconds. */
export const durationSchema = z.custom<Duration>((value) => value instanceof Duration && value.valid, {
  error: "a duration such as Duration.minutes(10), above zero",
});

/** An RFC 1123 label: at most 63 of a-z, 0-9 and "-", alphanumeric at both ends. */
export const labelNameSchema = z.string().regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/, {
  error: "1 to 63 of a-z, 0-9 and -, a letter or digit at both ends",
});

/** An RFC 1123 subdomain: labels with dots between them, at most 253 characters. */
export const subdomainNameSchema = z
  .string()
  .max(253)
  .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/, {
    error: "at most 253 of a-z, 0-9, - and ., a letter or digit at both ends and beside each dot",
  });

/** Name of an environment variable. */
export const variableNameSchema = z.string().regex(/^[A-Za-z_]\w*$/, { error: "a variable name of letters, digits and _" });

/** An image reference pinned by tag or digest. */
export const imageSchema = z.string().refine(
  (text) => {
    const image = parseImage(text);
    return image !== undefined && isPinned(image);
  },
  { error: "an image with a tag other than latest, or a digest" },
);

/** A reference to a key of a Secret that exists. */
export const secretRefSchema = z.strictObject({
  type: z.literal("secret-ref"),
  name: labelNameSchema,
  key: z.string().regex(/^[-._a-zA-Z0-9]{1,253}$/, { error: "1 to 253 letters, digits, -, _ and ." }),
});

/** A schema with a narrower type than it checks; rules check the rest, with better messages. */
export function typedAs<T>(schema: z.ZodType): z.ZodType<T, T> {
  return schema as z.ZodType<T, T>;
}

/**
 * What a schema finds wrong with a value, one problem each.
 *
 * @param path where the value stands, such as `flink.clusters.main`; empty for a whole document
 */
export function schemaProblems(schema: z.ZodType, value: unknown, path = ""): Problem[] {
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => issueProblems(issue, value, { path, schema }));
}

interface Place {
  readonly path: string;
  readonly schema: z.ZodType;
}

function issueProblems(issue: z.core.$ZodIssue, root: unknown, place: Place): Problem[] {
  const at = joinPath(place.path, issue.path);
  const found = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(key, at, knownKeys(place.schema, issue.path, root)));
    case "invalid_union":
      return unionProblems(issue, found, { path: at, schema: place.schema });
    case "invalid_value":
      return [wrongWord(issue, found, at)];
    default:
      return [wrongValue(issue, found, { path: at, allowed: allowedBy(issue), fix: `set ${at || "the value"} to what is allowed` })];
  }
}

/** Longest list of words that is still read to its end; of a longer one the words nearest to what was given are shown. */
const SHOWN_WORDS = 20;

function wrongWord(issue: z.core.$ZodIssueInvalidValue, found: unknown, path: string): Problem {
  const words = issue.values.filter((value) => typeof value === "string");
  const word = typeof found === "string" ? found : "";
  const near = nearest(word, words);
  return wrongValue(issue, found, {
    path,
    allowed:
      words.length > SHOWN_WORDS
        ? `one of ${words.length}, such as ${rank(word, words)
            .slice(0, 5)
            .map(({ name }) => name)
            .join(", ")}`
        : allowedBy(issue),
    fix: near ? `did you mean ${JSON.stringify(near)}?` : `set ${path || "the value"} to what is allowed`,
  });
}

function unknownKey(key: string, at: string, known: readonly string[]): Problem {
  const near = nearest(key, known);
  return {
    id: "spec.unknown-key",
    path: joinPath(at, [key]),
    got: `the unknown key ${JSON.stringify(key)}`,
    allowed: known.length > 0 ? known.join(", ") : "no such key",
    fix: near ? `did you mean ${near}?` : "remove it",
  };
}

/** A union whose members share a literal tag reports the member that the tag names; any other says what all members want. */
function unionProblems(issue: z.core.$ZodIssueInvalidUnion, found: unknown, place: Place): Problem[] {
  const branches = issue.errors.filter((branch) => branch.every((inner) => !isTagMismatch(inner)));
  const [only] = branches;
  if (branches.length === 1 && only) {
    return only.flatMap((inner) => issueProblems(inner, found, place));
  }
  const wanted = [...new Set(issue.errors.flatMap((branch) => branch.map(allowedBy)))].sort(compareText);
  const allowed = wanted.length > 0 ? wanted.join(" or ") : allowedBy(issue);
  return [wrongValue(issue, found, { path: place.path, allowed, fix: `set ${place.path || "the value"} to one of the allowed forms` })];
}

function isTagMismatch(issue: z.core.$ZodIssue): boolean {
  return issue.code === "invalid_value" && issue.path.length > 0;
}

type SchemaProblem = "spec.missing" | "spec.wrong-type" | "spec.wrong-value";

function wrongValue(issue: z.core.$ZodIssue, found: unknown, { path, ...rest }: Pick<Problem, "path" | "allowed" | "fix">): Problem {
  return { id: problemId(issue, found), path: path || "(root)", got: show(found), ...rest };
}

function problemId(issue: z.core.$ZodIssue, found: unknown): SchemaProblem {
  if (found === undefined) return "spec.missing";
  return issue.code === "invalid_type" ? "spec.wrong-type" : "spec.wrong-value";
}

function allowedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `a value of type ${issue.expected}`;
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(" | ");
    case "too_small":
      return `at least ${issue.minimum}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[], root: unknown): string[] {
  let at: unknown = schema;
  let value: unknown = root;
  for (const key of path) {
    at = step(open(at, value), key);
    value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  }
  const object = open(at, value);
  return object instanceof z.ZodObject ? Object.keys(object.shape).sort(compareText) : [];
}

/** The schema inside optional wrappers; of a tagged union, the member whose tag the value has. */
function open(schema: unknown, value: unknown): unknown {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.ZodDiscriminatedUnion || inner instanceof z.ZodUnion) {
    return inner.options.map((option) => open(option, value)).find((option) => accepts(option, value));
  }
  return inner;
}

/** The schema inside wrappers that make it optional, give it a default or make it read-only. */
export function unwrapSchema(schema: unknown): unknown {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodReadonly;
  return isWrapped ? unwrapSchema(schema.unwrap()) : schema;
}

function accepts(option: unknown, value: unknown): boolean {
  if (!(option instanceof z.ZodObject) || typeof value !== "object" || value === null) return false;
  return Object.entries(option.shape).every(
    ([key, inner]) => !(inner instanceof z.ZodLiteral) || inner.safeParse(Reflect.get(value, key)).success,
  );
}

function step(schema: unknown, key: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)];
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodArray) return schema.element;
  return undefined;
}

/** `a.b[0]` from its parts; a key that is no plain word is quoted. */
export function joinPath(base: string, parts: readonly PropertyKey[]): string {
  return parts.reduce<string>((path, part) => {
    if (typeof part === "number") return `${path}[${part}]`;
    const key = /^[\w-]+$/.test(String(part)) ? String(part) : JSON.stringify(String(part));
    return path === "" ? key : `${path}.${key}`;
  }, base);
}

/** The known word that differs least from `word`, if it differs by at most a third of its length. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.ceil(word.length / 3));
  const [best] = rank(word, known);
  return best && best.distance <= limit ? best.name : undefined;
}

/** Known words, least different first. */
function rank(word: string, known: readonly string[]): { readonly name: string; readonly distance: number }[] {
  const ranked = known.map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }));
  return ranked.sort((a, b) => a.distance - b.distance || compareText(a.name, b.name));
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** A value as a person would write it, cut to one short line; sizes and durations in their units. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value instanceof Size || value instanceof Duration) return value.toString();
  const text = typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
