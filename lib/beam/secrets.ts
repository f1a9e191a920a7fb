/** Which texts of a pipeline file are secrets, each told by its place in the file. A secret is never shown. */

import { parse } from "yaml";
import {
  isSecretArgument,
  isSecretItem,
  isSecretKey,
  isSecretName,
  isSecretValue,
  isSecretVariable,
  secretForm,
  secretPlaces,
  UNKNOWN_TEXT,
} from "#lib/core/secret-text";
import { type BeamPipelineDocument, isBelow, keyOf, siteAt } from "./document";
import { NO_SITE, type ValuePath, type ValueSite } from "./node";
import type { TransformSite } from "./shape";
import { type JinjaLiteral, literalsOf, namesIn, type Segment } from "./template";

/** A text that is a secret. */
export interface SecretSite {
  /** The value that it is, or is a part of. */
  readonly site: ValueSite;
  /** What a binding calls the value: `<transform>.<path in its config>`, or the path in the file outside of transforms. */
  readonly name: string;
  /** `clear`: stands in the file as it is; `empty`: nothing is there. What Jinja takes from a variable is neither, and no site. */
  readonly state: "clear" | "empty";
  /** `value`: the value as a whole; `part`: text beside Jinja; `literal`: a text in quotes inside of Jinja. */
  readonly form: "value" | "part" | "literal";
  readonly start: number;
  readonly end: number;
  /** The secret, as Beam would see it. */
  readonly text: string;
  /** Does it stand between YAML's double quotes? */
  readonly quoted: boolean;
}

/** Keys below which names are the user's data or types, not settings. Texts that are secrets by their own form are found there, too. */
const DATA_KEYS = new Set([
  "elements",
  "fields",
  "schema",
  "output_schema",
  "config_schema",
  "tests",
  "mock_inputs",
  "mock_outputs",
  // Names of fields, and what they are reduced by.
  "combine",
]);

/** Every secret of the file, in the file's order; two aliases of one text are one secret. */
export function secretsOf(document: BeamPipelineDocument): SecretSite[] {
  const known = FOUND.get(document) ?? findSecrets(document);
  FOUND.set(document, known);
  return known;
}

const FOUND = new WeakMap<BeamPipelineDocument, SecretSite[]>();

function findSecrets(document: BeamPipelineDocument): SecretSite[] {
  const sets = variablesSet(document);
  const all = [...document.values.flatMap((site) => ofSite(document, site, sets)), ...ofSets(sets)];
  // Of several at one place the first one counts.
  const found = new Map(all.toReversed().map((secret) => [secret.start, secret]));
  return [...found.values()].sort((a, b) => a.start - b.start);
}

function ofSite(document: BeamPipelineDocument, site: ValueSite, sets: Sets): SecretSite[] {
  if (site.kind === "unknown") return ofUnknown(document, site, sets);
  return site.kind === "scalar" ? ofScalar(document, site) : [];
}

function ofScalar(document: BeamPipelineDocument, site: ValueSite): SecretSite[] {
  const { scalar, start, end } = site;
  const text = scalar === null || scalar === undefined ? "" : String(scalar);
  const named = isSecretAt(site.path, scalar);
  const clear = text !== "" && (named || (typeof scalar === "string" && isSecretText(document, site, text)));
  if (!named && !clear) return [];
  const name = bindingName(document, site.path);
  return [{ site, name, state: clear ? "clear" : "empty", form: "value", start, end, text, quoted: true }];
}

function isSecretText(document: BeamPipelineDocument, site: ValueSite, text: string): boolean {
  return secretPlaces(text).length > 0 || isNamedBeside(document, site, text);
}

/** `{ name, value }`, as containers have variables, and `["--password", value]`. */
function isNamedBeside(document: BeamPipelineDocument, { path }: ValueSite, text: string): boolean {
  const [holder, last] = [path.slice(0, -1), path.at(-1)];
  if (typeof last === "number") return isSecretArgument(siteAt(document, [...holder, last - 1])?.scalar, text);
  const name = last === "value" ? siteAt(document, [...holder, "name"])?.scalar : undefined;
  return typeof name === "string" && isSecretVariable(name) && isSecretValue(name, text);
}

/** Beside and inside of what Jinja makes. */
function ofUnknown(document: BeamPipelineDocument, site: ValueSite, sets: Sets): SecretSite[] {
  const inside = segmentsIn(document, site);
  const named = isSecretPlace(site.path);
  const parts = partsOf(document.text, site, inside);
  const name = bindingName(document, site.path);
  const quoted = site.style === "double";
  const one = { site, name, state: "clear", quoted } as const;
  const clear = named ? parts.filter((part) => /[A-Za-z0-9]{3,}/.test(part.text)) : partsOfForm(document.text, site, { inside, parts });
  const literals = inside
    .flatMap((segment) => literalsIn(document, segment, sets))
    .filter(({ text }) => text !== "" && (named || secretForm(text)));
  return [
    ...clear.map(({ start, end, text }) => ({ ...one, form: "part" as const, start, end, text: readAs(text, site) })),
    ...literals.map(({ start, end, text }) => ({ ...one, form: "literal" as const, start, end, text })),
  ];
}

interface Part {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Pieces of Jinja inside of a value. */
export function segmentsIn({ segments }: BeamPipelineDocument, { start, end }: ValueSite): Segment[] {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const inside: Segment[] = [];
  for (let at = low; at < segments.length; at++) {
    const segment = segments[at];
    if (!segment || segment.start >= end) break;
    inside.push(segment);
  }
  return inside;
}

/** Text of a value beside its Jinja, without quotes, blanks and the words before credentials of HTTP. */
function partsOf(text: string, { start, end }: ValueSite, inside: readonly Segment[]): Part[] {
  const edges = [start, ...inside.flatMap((segment) => [segment.start, segment.end]), end];
  return edges.flatMap((from, at) => {
    const to = edges[at + 1];
    if (at % 2 === 1 || to === undefined || to <= from) return [];
    const own = text.slice(from, to);
    const lead = /^(?:["'\s|>-]|(?:bearer|basic)\s)*/i.exec(own)?.[0].length ?? 0;
    const tail = /["'\s]*$/.exec(own.slice(lead))?.[0].length ?? 0;
    const part = own.slice(lead, own.length - tail);
    return part === "" ? [] : [{ start: from + lead, end: from + lead + part.length, text: part }];
  });
}

/** Parts of a text that has the form of a secret although some of it is unknown. */
function partsOfForm(
  text: string,
  site: ValueSite,
  { inside, parts }: { readonly inside: readonly Segment[]; readonly parts: readonly Part[] },
): readonly Part[] {
  let joined = text.slice(site.start, site.end);
  for (const { start, end } of inside) {
    const [from, to] = [Math.max(start, site.start) - site.start, Math.min(end, site.end) - site.start];
    joined = joined.slice(0, from) + UNKNOWN_TEXT.repeat(to - from) + joined.slice(to);
  }
  const found = secretForm(joined);
  if (!found) return [];
  const [from, to] = [site.start + found.index, site.start + found.index + found.length];
  const hit = parts.filter((part) => part.start < to && part.end > from);
  // A name before its unknown password has no secret of its own; the part with the value is the last one that the form touches.
  return hit.slice(-1).concat(hit.slice(0, -1).filter((part) => secretForm(part.text) !== undefined));
}

/** A part of a double-quoted text without YAML's escapes; others are passed on as they are written. */
function readAs(text: string, { style }: ValueSite): string {
  if (style !== "double" || !text.includes("\\")) return text;
  return String(parse(`"${text}"`, { version: "1.1" }));
}

/** Literals that `{% set %}` gives to variables. */
type Sets = ReadonlyMap<string, readonly JinjaLiteral[]>;

function variablesSet({ text, segments }: BeamPipelineDocument): Sets {
  const sets = new Map<string, JinjaLiteral[]>();
  for (const segment of segments) {
    if (segment.kind !== "block") continue;
    for (const literal of literalsOf(text, segment))
      if (literal.variable !== undefined) sets.set(literal.variable, [...(sets.get(literal.variable) ?? []), literal]);
  }
  return sets;
}

function literalsIn({ text }: BeamPipelineDocument, segment: Segment, sets: Sets): readonly JinjaLiteral[] {
  if (segment.kind !== "expression" && segment.kind !== "block") return [];
  return [...literalsOf(text, segment), ...namesIn(text, segment).flatMap((name) => sets.get(name) ?? [])];
}

/** Variables that are secrets by their own name, whoever uses them. */
function ofSets(sets: Sets): SecretSite[] {
  return [...sets].flatMap(([variable, literals]) =>
    literals
      .filter(({ text }) => text !== "" && ((isSecretName(variable) && isSecretValue(variable, text)) || secretForm(text) !== undefined))
      .map(({ start, end, text }) => {
        const site = { ...NO_SITE, path: [`set ${variable}`], start, end };
        return { site, name: `set ${variable}`, state: "clear" as const, form: "literal" as const, start, end, text, quoted: true };
      }),
  );
}

/** What a binding calls the value at `path`. */
export function bindingName(document: BeamPipelineDocument, path: ValuePath): string {
  const owner = ownerOf(document, path);
  if (!owner) return path.join(".");
  const config = [...owner.path, "config"];
  const inside = isBelow(path, config) ? config.length : owner.path.length;
  return [owner.name ?? owner.path.join("."), ...path.slice(inside)].join(".");
}

/** Transforms by their paths, by the transforms of a document. */
const OWNERS = new WeakMap<readonly TransformSite[], ReadonlyMap<string, TransformSite>>();

/** The innermost transform around `path`. */
export function ownerOf(document: Pick<BeamPipelineDocument, "transforms">, path: ValuePath): TransformSite | undefined {
  const known = OWNERS.get(document.transforms) ?? new Map(document.transforms.map((transform) => [keyOf(transform.path), transform]));
  OWNERS.set(document.transforms, known);
  // From the innermost outwards: a look at every transform for each value would take quadratic time.
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const owner = known.get(keyOf(path.slice(0, depth)));
    if (owner) return owner;
  }
  return undefined;
}

/** Is a value at this place a secret, whatever its text? Source of names: fields of Beam 2.77's transforms and options. */
export function isSecretPlace(path: ValuePath): boolean {
  return nameOfSecret(path) !== undefined;
}

/** Is this value at its place a secret, or a place for one? */
export function isSecretAt(path: ValuePath, scalar: unknown): boolean {
  const name = nameOfSecret(path);
  if (name === undefined || typeof scalar === "boolean") return false;
  // Numbers in a map are rules, such as a length.
  if (typeof scalar === "number" && name !== path.findLast((step) => typeof step === "string")) return false;
  const text = scalar === null || scalar === undefined ? "" : String(scalar);
  return text.trim() === "" || isSecretValue(name, text);
}

/** The name that makes a value a secret: its own, that of its list, or that of the map around. */
function nameOfSecret(path: ValuePath): string | undefined {
  if (path.some((step, at) => typeof step === "string" && (DATA_KEYS.has(step) || isSchemaOf(path, at)))) return undefined;
  const own = path.findLastIndex((step) => typeof step === "string");
  const [holder, name, position] = [path[own - 1], path[own], path[own + 1]];
  if (typeof name !== "string") return undefined;
  // A user and a password, as HTTP clients take them.
  if (position === 1 && /^(?:http_|basic_)?auth$/i.test(name)) return name;
  if (typeof position === "number" ? isSecretItem(name, position) : isSecretName(name) || /(?:^|[._-])(?:secret|credentials?)$/i.test(name))
    return name;
  return typeof holder === "string" && isSecretKey(holder, name) ? holder : undefined;
}

/** `properties` of a JSON schema; elsewhere it is a name as any other. */
function isSchemaOf(path: ValuePath, at: number): boolean {
  return path[at] === "properties" && at > 0 && /schema$|^(?:properties|items)$/i.test(String(path[at - 1]));
}
