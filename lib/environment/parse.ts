/** Parses an environment file into sections, and reports all problems of shape and references. */

import { z } from "zod";
import type { Problem } from "#lib/core/problem";
import { unwrapSchema } from "#lib/core/schema";
import { schemaProblems } from "#lib/core/schema-problems";
import { type Declarations, declarationsOf, referenceProblems } from "./references";
import type { AnySection } from "./section";
import { type Core, coreSchema } from "./spec";
import { type Defaults, withDefaults } from "./with-defaults";

/** A parsed environment. Wrong values are left out of their section; if a required value is wrong, the whole section is. */
export interface Parsed {
  /** Absent if it is wrong. */
  readonly core: Core | undefined;
  /** Keys of the sections in the file, valid or not. */
  readonly present: ReadonlySet<string>;
  /** Parsed sections by key; references are still names. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly declared: Declarations;
  readonly problems: readonly Problem[];
}

/** Reads an environment. */
export function parseEnvironment(spec: unknown, sections: readonly AnySection[], defaults: Defaults = {}): Parsed {
  if (typeof spec !== "object" || spec === null)
    return { core: undefined, present: new Set(), values: new Map(), declared: new Map(), problems: shapeProblems(spec, sections) };
  const { declared, problems } = declarationsOf(spec, sections);
  const present = sections.filter(({ key }) => Reflect.get(spec, key) !== undefined);
  const read = present.map((section) => {
    const whole = withDefaults(section.schema, Reflect.get(spec, section.key), Reflect.get(defaults, section.key));
    return { section, whole, ...readSection(section, whole) };
  });
  const values = new Map(read.flatMap(({ section, value }) => (value === undefined ? [] : [[section.key, value] as const])));
  return {
    core: coreOf(spec),
    present: new Set(present.map(({ key }) => key)),
    values,
    declared,
    problems: [
      ...shapeProblems(spec, sections),
      ...schemaProblems(z.strictObject(keysOf(sections)), defaults, "defaults"),
      ...problems,
      ...read.flatMap((each) => each.problems),
      ...read.flatMap(({ section, whole }) => referenceProblems(section, whole, declared)),
    ],
  };
}

/** Core keys of an environment; `undefined` if they are wrong. */
export function coreOf(spec: object): Core | undefined {
  const parsed = coreSchema.safeParse(Object.fromEntries(Object.entries(spec).filter(([key]) => key in coreSchema.shape)));
  if (!parsed.success) return undefined;
  return Object.freeze({
    ...parsed.data,
    operators: parsed.data.operators ?? (parsed.data.cluster.type === "embedded" ? "simulated" : "helm"),
  });
}

/** Problems of the top-level keys and of the core values. */
function shapeProblems(spec: unknown, sections: readonly AnySection[]): Problem[] {
  return [...schemaProblems(coreSchema.extend(keysOf(sections)), spec), ...operatorProblems(spec)];
}

function keysOf(sections: readonly AnySection[]) {
  return Object.fromEntries(sections.map(({ key }) => [key, z.unknown().optional()]));
}

function operatorProblems(spec: unknown): Problem[] {
  const core = typeof spec === "object" && spec !== null ? coreOf(spec) : undefined;
  if (core?.operators !== "simulated" || core.cluster.type === "embedded") return [];
  return [
    {
      id: "environment.simulated-operators",
      path: "operators",
      got: `"simulated" on a cluster of type ${JSON.stringify(core.cluster.type)}`,
      allowed: '"helm", or a cluster of type "embedded"',
      fix: 'remove operators, or set cluster to { type: "embedded" }',
    },
  ];
}

/** Parses a section. Wrong values are left out if possible, so that problems of the rest are found too. */
function readSection({ key, schema }: AnySection, whole: unknown): { readonly value: unknown; readonly problems: readonly Problem[] } {
  const parsed = schema.safeParse(whole);
  if (parsed.success) return { value: parsed.data, problems: [] };
  const problems = schemaProblems(schema, whole, key);
  const wrong = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((unknown) => [...issue.path, unknown]) : [issue.path],
  );
  const cuts = wrong.map((path) => cutFor(schema, path));
  if (cuts.some((cut) => cut === undefined)) return { value: undefined, problems };
  const rest = cuts.reduce<unknown>((value, cut) => without(value, cut ?? []), whole);
  return { value: schema.safeParse(rest).data, problems };
}

/** Path to leave out: the record entry that contains `path`, because rules on half an entry would mislead; else the innermost optional prop. */
function cutFor(schema: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] | undefined {
  let at = schema;
  let cut: readonly PropertyKey[] | undefined;
  for (const [depth, key] of path.entries()) {
    const inner = unwrapSchema(at);
    if (inner instanceof z.ZodRecord) return path.slice(0, depth + 1);
    if (!(inner instanceof z.ZodObject)) break;
    at = inner.shape[String(key)];
    if (!(at instanceof z.ZodType) || at.safeParse(undefined).success) cut = path.slice(0, depth + 1);
  }
  return cut;
}

function without(value: unknown, [first, ...rest]: readonly PropertyKey[]): unknown {
  if (first === undefined || typeof value !== "object" || value === null) return value;
  const { [String(first)]: inner, ...others } = value as Record<string, unknown>;
  return rest.length === 0 ? others : { ...others, [String(first)]: without(inner, rest) };
}
