/** Findings of zod as problems: one for each cause, with the words of the schema at that place. */

import { z } from "zod";
import { compareText } from "./order";
import type { Problem } from "./problem";
import { joinPath, nearest, rank, show, unwrapSchema } from "./schema";

/**
 * What a schema finds wrong with a value, one problem each.
 *
 * @param path where the value stands, such as `flink.clusters.main`; empty for a whole document
 */
export function schemaProblems(schema: z.ZodType, value: unknown, path = ""): Problem[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : issuesProblems(parsed.error.issues, value, { path, schema });
}

interface Place {
  readonly path: string;
  readonly schema: unknown;
}

/** A misspelt key is unknown, and what it stands for is missing: one cause, so one problem. */
function issuesProblems(issues: readonly z.core.$ZodIssue[], root: unknown, place: Place): Problem[] {
  const found = issues.flatMap((issue) => issueProblems(issue, root, place));
  const meant = new Set(found.flatMap(({ problem, meant }) => (meant === undefined ? [] : [joinPath(parentOf(problem.path), [meant])])));
  return found.map(({ problem }) => problem).filter(({ id, path }) => id !== "spec.missing" || !meant.has(path));
}

/** A problem, and the key that was meant. */
interface Found {
  readonly problem: Problem;
  readonly meant?: string | undefined;
}

function parentOf(path: string): string {
  return path.replace(/\.?(?:"(?:[^"\\]|\\.)*"|[\w-]+)$/, "");
}

function issueProblems(issue: z.core.$ZodIssue, root: unknown, place: Place): Found[] {
  const at = joinPath(place.path, issue.path);
  const found = valueAt(root, issue.path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(key, at, { ...place, value: root, path: issue.path }));
    case "invalid_union":
      return unionProblems(issue, found, { path: at, schema: schemaAt(place.schema, issue.path, root) });
    case "invalid_value":
      return [{ problem: wrongWord(issue.values, found, { issue, path: at }) }];
    case "invalid_key":
      return issue.issues.map((inner) => ({ problem: wrongValue(inner, issue.path.at(-1), { path: at, ...keyText(inner) }) }));
    default:
      return [{ problem: plainProblem(issue, found, { path: at, schema: schemaAt(place.schema, issue.path, root) }) }];
  }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], root);
}

function keyText(issue: z.core.$ZodIssue): Pick<Problem, "allowed" | "fix"> {
  return { allowed: allowedBy(issue), fix: "rename it" };
}

function plainProblem(issue: z.core.$ZodIssue, found: unknown, { path, schema }: Place): Problem {
  const forms = issue.code === "invalid_type" ? formsOf(schema) : [];
  const allowed = forms.length > 0 ? forms.join(" or ") : allowedBy(issue);
  return wrongValue(issue, found, {
    path,
    allowed,
    fix: rewritten(issue, found, schema) ?? `set ${path || "the value"} to what is allowed`,
  });
}

const UNITS: Readonly<Record<string, string>> = {
  Ki: "Size.kibibytes",
  Mi: "Size.mebibytes",
  Gi: "Size.gibibytes",
  Ti: "Size.tebibytes",
  s: "Duration.seconds",
  m: "Duration.minutes",
  h: "Duration.hours",
  d: "Duration.days",
};

/** What a person meant who wrote a Kubernetes quantity, or the tag of a union alone. */
function rewritten(issue: z.core.$ZodIssue, found: unknown, schema: unknown): string | undefined {
  if (typeof found !== "string") return undefined;
  if (tagsOf(schema).includes(found)) return `write { type: ${JSON.stringify(found)} }`;
  const unit = issue.code === "custom" ? issue.params?.["unit"] : undefined;
  const [, amount, suffix = ""] = /^(\d+)([KMGT]i|[smhd])$/.exec(found) ?? [];
  const call = UNITS[suffix];
  return call?.toLowerCase().startsWith(`${unit}.`) ? `write ${call}(${amount})` : undefined;
}

/** Values of the tag `type` of a union. */
function tagsOf(schema: unknown): string[] {
  const inner = unwrapSchema(schema);
  if (!(inner instanceof z.ZodDiscriminatedUnion)) return [];
  return objectArms(inner).flatMap(({ shape }) => (shape["type"] instanceof z.ZodLiteral ? [...shape["type"].values].map(String) : []));
}

/** Longest list of words that is still read to its end; of a longer one the words nearest to what was given are shown. */
const SHOWN_WORDS = 20;

function wrongWord(values: readonly unknown[], found: unknown, at: { readonly issue: z.core.$ZodIssue; readonly path: string }): Problem {
  const words = values.filter((value) => typeof value === "string");
  const word = typeof found === "string" ? found : "";
  const near = nearest(word, words);
  const few = rank(word, words).slice(0, 5);
  return wrongValue(at.issue, found, {
    path: at.path,
    allowed:
      words.length > SHOWN_WORDS
        ? `one of ${words.length}, such as ${few.map(({ name }) => name).join(", ")}`
        : values.map((value) => JSON.stringify(value)).join(" | "),
    fix: near ? `did you mean ${JSON.stringify(near)}?` : `set ${at.path || "the value"} to what is allowed`,
  });
}

function unknownKey(
  key: string,
  at: string,
  { schema, value, path }: { schema: unknown; value: unknown; path: readonly PropertyKey[] },
): Found {
  const declared = schemaAt(schema, path, value);
  const object = open(declared, valueAt(value, path));
  const known = object instanceof z.ZodObject ? Object.keys(object.shape).sort(compareText) : [];
  const near = nearest(key, known);
  const problem = {
    id: "spec.unknown-key",
    path: joinPath(at, [key]),
    got: `the unknown key ${JSON.stringify(key)}`,
    allowed: known.length > 0 ? known.join(", ") : "no such key",
    fix: near ? `did you mean ${near}?` : (otherArm(declared, key) ?? "remove it"),
  };
  return { problem, meant: near };
}

/** Another member of a tagged union has the key. */
function otherArm(schema: unknown, key: string): string | undefined {
  const inner = unwrapSchema(schema);
  const arms = inner instanceof z.ZodUnion ? objectArms(inner).filter(({ shape }) => key in shape) : [];
  const tags = arms.flatMap(({ shape }) => (shape["type"] instanceof z.ZodLiteral ? [...shape["type"].values] : []));
  return tags.length === 0
    ? undefined
    : `remove it, or set type to ${tags.map((tag) => JSON.stringify(tag)).join(" or ")}, which has ${key}`;
}

function objectArms({ options }: { readonly options: readonly unknown[] }): z.ZodObject[] {
  return options.map(unwrapSchema).filter((option) => option instanceof z.ZodObject);
}

/** Zod's message of a union that has none of its own. */
const DEFAULT_MESSAGE = /^Invalid (?:input|discriminator)/;

/** A value that no member of a union takes: judged by the member that was meant, if that can be told. */
function unionProblems(issue: z.core.$ZodIssueInvalidUnion, found: unknown, place: Place): Found[] {
  const tags = "options" in issue && Array.isArray(issue.options) ? issue.options : [];
  if (tags.length > 0) {
    const problem = wrongWord(tags, found, { issue, path: place.path });
    return [{ problem: DEFAULT_MESSAGE.test(issue.message) ? problem : { ...problem, fix: issue.message } }];
  }
  const tagged = issue.errors.filter((branch) => branch.every((inner) => !isTagMismatch(inner)));
  const only = tagged.length === 1 ? tagged[0] : meantBranch(issue, found, place.schema);
  if (only) return issuesProblems(only, found, place).map((problem) => ({ problem }));
  const list = typeof found === "string" ? onlyList(issue) : undefined;
  return [{ problem: list ? wrongWord(list, found, { issue, path: place.path }) : noForm(issue, found, place) }];
}

/** Where a word of one list or an object may stand, a word of the list was meant. */
function onlyList({ errors }: z.core.$ZodIssueInvalidUnion): readonly unknown[] | undefined {
  const lists = errors.flatMap(([only, ...more]) =>
    only?.code === "invalid_value" && only.path.length === 0 && only.values.length > 1 && more.length === 0 ? [only.values] : [],
  );
  return lists.length === 1 ? lists[0] : undefined;
}

function noForm(issue: z.core.$ZodIssueInvalidUnion, found: unknown, place: Place): Problem {
  const forms = formsOf(place.schema);
  const wanted = forms.length > 0 ? forms : issue.errors.flatMap((branch) => branch.map(allowedBy));
  const words = issue.errors.flat().flatMap((inner) => (inner.code === "invalid_value" ? inner.values : []));
  const near =
    typeof found === "string" &&
    nearest(
      found,
      words.filter((word) => typeof word === "string"),
    );
  return wrongValue(issue, found, {
    path: place.path,
    allowed: [...new Set(wanted)].join(" or "),
    fix: near ? `did you mean ${JSON.stringify(near)}?` : `set ${place.path || "the value"} to one of the allowed forms`,
  });
}

function isTagMismatch(issue: z.core.$ZodIssue): boolean {
  return issue.code === "invalid_value" && issue.path.length > 0;
}

/** For an object: what the member with most of its keys, or else with the nearest ones, has to say. */
function meantBranch(issue: z.core.$ZodIssueInvalidUnion, found: unknown, schema: unknown): readonly z.core.$ZodIssue[] | undefined {
  const inner = unwrapSchema(schema);
  if (!(inner instanceof z.ZodUnion) || !isPlainObject(found)) return undefined;
  const scored = inner.options.flatMap((option: unknown, i: number) => {
    const arm = unwrapSchema(option);
    return arm instanceof z.ZodObject ? [{ branch: issue.errors[i], score: likeness(Object.keys(found), Object.keys(arm.shape)) }] : [];
  });
  const [best, second] = scored.sort((a, b) => b.score - a.score);
  return best && best.score !== second?.score ? best.branch : undefined;
}

function likeness(given: readonly string[], known: readonly string[]): number {
  return given.reduce((sum, key) => sum + (known.includes(key) ? 1 : nearest(key, known) === undefined ? 0 : 0.5), 0);
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** The forms of a union in words; empty for any other schema. */
function formsOf(schema: unknown): string[] {
  const inner = unwrapSchema(schema);
  if (!(inner instanceof z.ZodUnion)) return [];
  const tags = tagsOf(inner);
  if (tags.length > 0) return [`an object with type ${tags.map((tag) => JSON.stringify(tag)).join(" | ")}`];
  return inner.options.flatMap((option: unknown) => formOf(unwrapSchema(option)));
}

function formOf(schema: unknown): string[] {
  if (schema instanceof z.ZodLiteral) return [...schema.values].map((value) => JSON.stringify(value));
  if (schema instanceof z.ZodObject) return [`an object with ${Object.keys(schema.shape).sort(compareText).join(", ")}`];
  if (schema instanceof z.ZodUnion) return formsOf(schema);
  const wrong = schema instanceof z.ZodType ? schema.safeParse(Symbol("of no type")) : undefined;
  return (wrong?.error?.issues ?? []).map(allowedBy);
}

type SchemaProblem = "spec.missing" | "spec.wrong-type" | "spec.wrong-value";

function wrongValue(issue: z.core.$ZodIssue, found: unknown, { path, ...rest }: Pick<Problem, "path" | "allowed" | "fix">): Problem {
  return { id: problemId(issue, found), path: path || "(root)", got: show(found), ...rest };
}

function problemId(issue: z.core.$ZodIssue, found: unknown): SchemaProblem {
  if (found === undefined) return "spec.missing";
  return issue.code === "invalid_type" ? "spec.wrong-type" : "spec.wrong-value";
}

const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "a string",
};

function allowedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected] ?? `a value of type ${issue.expected}`;
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(" | ");
    case "too_small":
      return issue.inclusive === false ? `more than ${issue.minimum}` : `at least ${issue.minimum}`;
    case "too_big":
      return issue.inclusive === false ? `less than ${issue.maximum}` : `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** The schema at a path; of a tagged union on the way, the member whose tag the value has. */
function schemaAt(schema: unknown, path: readonly PropertyKey[], root: unknown): unknown {
  let at = schema;
  let value = root;
  for (const key of path) {
    at = step(open(at, value), key);
    value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  }
  return at;
}

/** The schema inside optional wrappers; of a tagged union, the member whose tag the value has. */
function open(schema: unknown, value: unknown): unknown {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.ZodUnion) {
    return inner.options.map((option: unknown) => open(option, value)).find((option: unknown) => accepts(option, value));
  }
  return inner;
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
