/**
 * A pipeline file made fit for a cluster: secrets become Jinja variables whose values arrive at run time, and values that
 * differ per environment are put in. Only the text of those values changes; every other byte stays as it was.
 */

import type { JsonValue } from "#lib/core/json";
import type { Problem, Result } from "#lib/core/problem";
import { nearest } from "#lib/core/schema";
import type { SecretRef, SecretText } from "#lib/core/secret-ref";
import { type BeamPipelineDocument, placeIn, readDocument, siteAt } from "./document";
import type { ValueSite } from "./node";
import { bindingName, ownerOf, type SecretSite, secretsOf } from "./secrets";
import { flowYaml } from "./yaml-text";

/** What takes a value's place: a key of a Secret, or another value. */
export type PipelineBinding = SecretRef | { readonly type: "value"; readonly value: JsonValue };

/** Properties of a client, which join those that the file has. */
interface PropertiesBinding {
  readonly type: "properties";
  readonly entries: Readonly<Record<string, SecretText>>;
}

type AnyBinding = PipelineBinding | PropertiesBinding;

/** A Jinja variable and the Secret key that it stands for. */
export interface SecretVariable {
  readonly variable: string;
  readonly secret: SecretRef;
  /** Does the variable stand between YAML's double quotes? */
  readonly quoted: boolean;
}

/** A pipeline file that holds no secret. */
export interface RenderedPipeline {
  readonly text: string;
  /** The text, read. */
  readonly submitted: BeamPipelineDocument;
  /** In the order in which they stand in the file. */
  readonly secrets: readonly SecretVariable[];
}

/** How to render. */
export interface RenderOptions {
  /** By `<transform name or type>.<path in its config>`, or by the path in the file. */
  readonly bindings: Readonly<Record<string, AnyBinding>>;
  /** Name of the Secret that clear-text secrets without a binding are expected in. */
  readonly secretName: string;
  /** What problems call the pipeline, such as `pipelines.rag`. */
  readonly path: string;
}

/** A piece of the file and what takes its place. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly site: ValueSite;
  readonly form: SecretSite["form"];
  readonly quoted: boolean;
  readonly binding: AnyBinding;
}

/** A secret of the file that no binding names, with the key of its place. */
export interface LiftedSecret {
  readonly secret: SecretSite;
  readonly ref: SecretRef;
}

/** Renders a file. The variables hold text that is already escaped for YAML double quotes: see {@link SecretVariable}. */
export function renderPipeline(document: BeamPipelineDocument, options: RenderOptions): Result<RenderedPipeline> {
  const index = namesOf(document);
  const found = Object.entries(options.bindings).map(([name, binding]) => bind(document, { name, binding, index }, options));
  const problems = found.flatMap((result) => (Array.isArray(result) ? [] : [result]));
  const bound = found.flatMap((result) => (Array.isArray(result) ? result : []));
  const lifted = liftedSecrets(document, options).map(({ secret, ref }) => ({ ...secret, binding: ref }));
  const blocked = [
    ...overlaps(sorted(bound)),
    ...[...bound, ...lifted].filter(
      (splice) => insideRaw(document, splice) || (splice.form === "value" && cutsBlocks(document.text, splice)),
    ),
  ];
  problems.push(...blocked.map((splice) => unreachable(document, splice, options)));
  if (problems.length > 0) return { ok: false, problems };
  return finish(document, sorted([...bound, ...lifted]), options);
}

/** Secrets in clear text that no binding names or covers. Each has a key of its own, told by its place. */
export function liftedSecrets(
  document: BeamPipelineDocument,
  { bindings, secretName }: Pick<RenderOptions, "bindings" | "secretName">,
): LiftedSecret[] {
  const index = namesOf(document);
  const covered = Object.keys(bindings)
    .flatMap((name) => index.get(name) ?? [])
    .sort((a, b) => a.start - b.start);
  const left = secretsOf(document).filter(({ state }) => state === "clear");
  const free = left.filter((secret) => !covered.some((site) => secret.start >= site.start && secret.end <= site.end));
  const keys = keysOf(free);
  return free.map((secret, at) => ({ secret, ref: { type: "secret-ref", name: secretName, key: keys[at] ?? "" } }));
}

/** By name, by path where several have one name, and with a number where even those are the same as a key. */
function keysOf(secrets: readonly SecretSite[]): string[] {
  const count = (keys: readonly string[]) => {
    const times = new Map<string, number>();
    for (const key of keys) times.set(key, (times.get(key) ?? 0) + 1);
    return times;
  };
  const byName = secrets.map(({ name }) => secretKey(name));
  const names = count(byName);
  const byPath = secrets.map(({ site }, at) =>
    (names.get(byName[at] ?? "") ?? 0) > 1 ? secretKey(site.path.join(".")) : (byName[at] ?? ""),
  );
  const used = new Set<string>();
  return byPath.map((key) => {
    let own = key;
    for (let number = 2; used.has(own); number++) own = `${key.slice(0, 240)}-${number}`;
    used.add(own);
    return own;
  });
}

/** A Secret's keys are at most 253 of letters, digits, `-`, `_` and `.`. */
function secretKey(name: string): string {
  return name.replace(/[^-._a-zA-Z0-9]/g, "-").slice(0, 253);
}

function sorted(splices: readonly Splice[]): Splice[] {
  return [...splices].sort((a, b) => a.start - b.start || b.end - a.end);
}

function finish(document: BeamPipelineDocument, splices: readonly Splice[], options: RenderOptions): Result<RenderedPipeline> {
  const secrets: SecretVariable[] = [];
  const pieces = splices.map((splice) => {
    const { binding, quoted } = splice;
    const variableOf = (secret: SecretRef) => {
      const variable = `beamstack_secret_${secrets.length}`;
      secrets.push({ variable, secret, quoted });
      return variable;
    };
    if (binding.type === "value") return { splice, text: flowYaml(binding.value) };
    if (binding.type === "properties") return { splice, text: propertiesText(document.text, splice.site, { ...binding, variableOf }) };
    return { splice, text: TEXT_OF[splice.form](variableOf(binding)) };
  });
  const text = putIn(document.text, pieces);
  const submitted = readDocument(text);
  const broken = pieces
    .filter(({ splice }) => document.form === "yaml" && splice.form === "value" && splice.site.path.length > 0 && !reads(submitted, splice))
    .map(({ splice }) => unreachable(document, splice, options));
  return broken.length > 0 ? { ok: false, problems: broken } : { ok: true, value: { text, secrets, submitted }, warnings: [] };
}

const TEXT_OF: Readonly<Record<SecretSite["form"], (variable: string) => string>> = {
  value: (variable) => `"{{ ${variable} }}"`,
  part: (variable) => `{{ ${variable} }}`,
  literal: (variable) => variable,
};

/** The properties of the file as they stand, and the others behind them. */
function propertiesText(
  text: string,
  { entries: known }: ValueSite,
  { entries, variableOf }: PropertiesBinding & { readonly variableOf: (secret: SecretRef) => string },
): string {
  const kept = [...known].filter(([key]) => !Object.hasOwn(entries, key)).map(([key, { start, end }]) => [key, text.slice(start, end)]);
  const added = Object.entries(entries).map(([key, value]) => [key, secretText(value, variableOf)]);
  return `{ ${[...kept, ...added].map(([key = "", value]) => `${flowYaml(key)}: ${value}`).join(", ")} }`;
}

function secretText(value: SecretText, variableOf: (secret: SecretRef) => string): string {
  const parts = [value].flat();
  return `"${parts.map((part) => (typeof part === "string" ? flowYaml(part).slice(1, -1) : TEXT_OF.part(variableOf(part)))).join("")}"`;
}

/** The values that a binding names, or what is wrong with it. */
function bind(
  document: BeamPipelineDocument,
  { name, binding, index }: { readonly name: string; readonly binding: AnyBinding; readonly index: Names },
  options: RenderOptions,
): Splice[] | Problem {
  const named = index.get(name) ?? [];
  if (named.length > 0)
    return named.map((site) => ({ site, start: site.start, end: site.end, form: "value" as const, quoted: true, binding }));
  const near = nearest(
    name,
    document.values.map((site) => bindingName(document, site.path)).filter((known) => known !== ""),
  );
  return {
    id: "beam.unknown-binding",
    path: `${options.path}.bindings[${JSON.stringify(name)}]`,
    got:
      document.form === "template"
        ? "a binding of a file that cannot be read as it stands"
        : "a binding of a value that the file does not have",
    allowed: "<transform name or type>.<path in its config> of a value in the file, even if empty",
    fix: near
      ? `did you mean ${near}?`
      : document.form === "template"
        ? "use a Jinja variable and variables instead"
        : "write the key into the file",
  };
}

/** The values that a binding of this name replaces. */
export function sitesNamed(document: BeamPipelineDocument, name: string): readonly ValueSite[] {
  return namesOf(document).get(name) ?? [];
}

type Names = ReadonlyMap<string, readonly ValueSite[]>;

const NAMES = new WeakMap<BeamPipelineDocument, Names>();

/** All names of all values: by their transform's name, by their transform's type, and by their path in the file. */
function namesOf(document: BeamPipelineDocument): Names {
  const known = NAMES.get(document);
  if (known) return known;
  const names = new Map<string, ValueSite[]>();
  for (const site of document.values)
    for (const one of namesOfSite(document, site)) {
      const sites = names.get(one);
      if (sites) sites.push(site);
      else names.set(one, [site]);
    }
  NAMES.set(document, names);
  return names;
}

function namesOfSite(document: BeamPipelineDocument, site: ValueSite): ReadonlySet<string> {
  const name = bindingName(document, site.path);
  const { type, name: called } = ownerOf(document, site.path) ?? {};
  const byType = type !== undefined && called !== undefined && name.startsWith(`${called}.`) ? [`${type}${name.slice(called.length)}`] : [];
  return new Set([name, site.path.join("."), ...byType]);
}

function putIn(text: string, pieces: readonly { readonly splice: Splice; readonly text: string }[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { splice, text: piece } of pieces) {
    const before = text.slice(at, splice.start);
    // An empty value may stand right behind its key's colon or its item's dash.
    const gap = splice.start === splice.end && /[:-]$/.test(before) ? " " : "";
    // A block value takes its line end with it.
    const end = splice.form === "value" && text.slice(splice.start, splice.end).endsWith("\n") ? "\n" : "";
    parts.push(before, gap, piece, end);
    at = splice.end;
  }
  return parts.join("") + text.slice(at);
}

/** Does the file as it is submitted have the new value where it belongs? */
function reads(submitted: BeamPipelineDocument, { site, binding }: Splice): boolean {
  if (String(site.path[0]).startsWith("macro ")) return true;
  const value = siteAt(submitted, site.path);
  if (!value) return false;
  if (binding.type === "properties") return value.kind === "map";
  if (binding.type === "value" && typeof binding.value === "object" && binding.value !== null)
    return value.kind === (Array.isArray(binding.value) ? "list" : "map");
  return value.kind === "unknown" || (value.kind === "scalar" && binding.type === "value");
}

function overlaps(ordered: readonly Splice[]): Splice[] {
  return ordered.filter(({ start }, at) => at > 0 && start < (ordered[at - 1]?.end ?? 0));
}

/** Inside `{% raw %}` a variable would stay text. */
function insideRaw({ segments }: BeamPipelineDocument, { start: at }: Splice): boolean {
  return segments.some(({ kind, start, end }) => kind === "raw" && at >= start && at < end);
}

/** A value that Jinja's blocks make, in part or as a whole: putting another in its place would leave half of a block, or repeat it. */
function cutsBlocks(text: string, { start, end }: Splice): boolean {
  const own = text.slice(start, end);
  const opened = (own.match(/\{%-?\s*(?:(?:if|for|macro|call|filter)\b|set\b(?![^%]*=))/g) ?? []).length;
  const closed = (own.match(/\{%-?\s*end(?:if|for|macro|call|filter|set)\b/g) ?? []).length;
  const begins = /\{%[^%]*%\}\s*$/.test(text.slice(Math.max(0, start - 1000), start));
  const goesOn = !own.endsWith("\n") && /^[ \t]*\{%/.test(text.slice(end, end + 1000));
  return opened !== closed || begins || goesOn;
}

function unreachable(document: BeamPipelineDocument, { site, start }: Splice, options: RenderOptions): Problem {
  const { line, column } = placeIn(document, start);
  return {
    id: "beam.value-not-replaceable",
    path: `${options.path}.${bindingName(document, site.path)} (line ${line}, column ${column})`,
    got: "a value inside {% raw %}, inside a Jinja block, inside another bound value, or in a form that cannot be replaced",
    allowed: "a plain or quoted scalar, list or mapping outside of {% raw %} and Jinja blocks",
    fix: "write it as a quoted scalar of its own, or as a Jinja variable",
  };
}
