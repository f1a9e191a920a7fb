/** Beam's own schema of pipelines, evaluated over values with places: what it refuses, Beam refuses before anything runs. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { nearest } from "#lib/core/schema";
import { pipelineSchema } from "#lib/imports/beam/index";
import type { BeamPipelineDocument } from "./document";
import type { Finding } from "./finding";
import type { ValueSite } from "./node";

/** Everything that the schema refuses, each place once. A value that Jinja makes is not judged. */
export function schemaFindings({ root, complete }: BeamPipelineDocument): Finding[] {
  if (!root) return [];
  const found = new Map<number, Finding>();
  for (const fault of faultsOf(root, pipelineSchema, complete))
    if (!found.has(fault.start)) found.set(fault.start, { id: "beam.schema", ...fault });
  return [...found.values()];
}

/** What a schema refuses. */
type Fault = Omit<Finding, "id">;

/** Everything that a schema of a configuration refuses. `complete`: are all values there, so that a missing one is missing? */
export function schemaFaults(site: ValueSite, schema: JsonObject, complete: boolean): Fault[] {
  return faultsOf(site, schema, complete);
}

/** Faults of a value by a schema. `complete`: are all values there, so that a missing one is missing? */
function faultsOf(site: ValueSite, schema: JsonValue | undefined, complete: boolean): Fault[] {
  if (!isJsonObject(schema) || site.kind === "unknown") return [];
  const below = (other: JsonValue | undefined) => faultsOf(site, other, complete);
  const list = (key: string) => (Array.isArray(schema[key]) ? schema[key] : []);
  if (typeof schema["$ref"] === "string") return below(valueAt(pipelineSchema, schema["$ref"].slice(2).split("/")));
  const chosen =
    "if" in schema && !isUndecided(site, schema["if"]) ? schema[below(schema["if"]).length === 0 ? "then" : "else"] : undefined;
  return [
    ...typeFaults(site, schema),
    ...objectFaults(site, schema, complete),
    ...list("allOf").flatMap(below),
    ...("items" in schema ? site.items.flatMap((item) => faultsOf(item, schema["items"], complete)) : []),
    ...below(chosen),
    ...("not" in schema && below(schema["not"]).length === 0 ? [notAllowed(site)] : []),
    ...["anyOf", "oneOf"].map(list).flatMap((arms) => (complete && hasNoArm(arms, below) ? [noArm(site, arms)] : [])),
  ];
}

/** Does a condition ask for a value that Jinja makes? */
function isUndecided({ entries }: ValueSite, condition: JsonValue | undefined): boolean {
  const asked = JSON.stringify(condition);
  return [...entries].some(([name, { kind }]) => kind === "unknown" && asked.includes(`"${name}"`));
}

function hasNoArm(arms: readonly JsonValue[], below: (arm: JsonValue) => Fault[]): boolean {
  return arms.length > 0 && arms.every((arm) => below(arm).length > 0);
}

function notAllowed({ start, path }: ValueSite): Fault {
  return {
    start,
    got: `${String(path.at(-1))} of a transform in a chain`,
    allowed: "no input or output: each transform of a chain reads from the one before",
    fix: "remove it, or write a composite",
  };
}

function noArm(site: ValueSite, arms: readonly JsonValue[]): Fault {
  const consts = arms.flatMap((arm) => (isJsonObject(arm) && typeof arm["const"] === "string" ? [arm["const"]] : []));
  const required = arms.flatMap((arm) => (isJsonObject(arm) && Array.isArray(arm["required"]) ? [arm["required"].join(" and ")] : []));
  const types = arms.flatMap((arm) => (isJsonObject(arm) && typeof arm["type"] === "string" ? [TYPES[arm["type"]] ?? arm["type"]] : []));
  const allowed = [...consts, ...required, ...types].join(", or ");
  return { start: site.start, got: `${describe(site)}`, allowed, fix: "correct it: Beam refuses the file" };
}

const TYPES: Readonly<Record<string, string>> = {
  object: "a mapping",
  array: "a list",
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  null: "nothing",
};

function describe({ kind, scalar, path }: ValueSite): string {
  const what = kind === "map" ? "a mapping" : kind === "list" ? "a list" : scalar === null ? "nothing" : `a ${typeof scalar}`;
  return path.length === 0 ? what : `${what} at ${path.join(".")}`;
}

function typeFaults(site: ValueSite, { type, const: constant }: JsonObject): Fault[] {
  if (constant !== undefined && site.scalar !== constant)
    return [{ start: site.start, got: describe(site), allowed: String(constant), fix: "correct it: Beam refuses the file" }];
  const right = {
    object: site.kind === "map",
    array: site.kind === "list",
    string: typeof site.scalar === "string",
    integer: Number.isInteger(site.scalar),
    number: typeof site.scalar === "number",
    boolean: typeof site.scalar === "boolean",
    null: site.scalar === null,
  };
  if (typeof type !== "string" || !Object.hasOwn(right, type) || right[type as keyof typeof right]) return [];
  return [{ start: site.start, got: describe(site), allowed: TYPES[type] ?? type, fix: "correct it: Beam refuses the file" }];
}

function objectFaults(site: ValueSite, schema: JsonObject, complete: boolean): Fault[] {
  if (site.kind !== "map") return [];
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  const more = schema["additionalProperties"];
  const faults = [...site.entries].flatMap(([name, value]) => {
    if (Object.hasOwn(properties, name)) return faultsOf(value, properties[name], complete);
    if (more === false && !name.includes("{{")) return [unknownKey(site, name, Object.keys(properties))];
    return faultsOf(value, more, complete);
  });
  const required = Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
  const missing = complete ? required.filter((name) => !site.entries.has(name)) : [];
  return [...faults, ...missing.map((name) => missingKey(site, name))];
}

function unknownKey(site: ValueSite, name: string, known: readonly string[]): Fault {
  const names = known.filter((one) => !one.startsWith("__"));
  const near = nearest(name, names);
  return {
    start: site.keys.get(name) ?? site.start,
    got: `the key ${JSON.stringify(name)}`,
    allowed: names.join(", "),
    fix: near ? `did you mean ${near}?` : "remove it: Beam refuses the file",
  };
}

function missingKey(site: ValueSite, name: string): Fault {
  return { start: site.start, got: `${describe(site)} without the key ${name}`, allowed: `the key ${name}`, fix: `add ${name}` };
}
