/**
 * A pipeline file made fit for a cluster: secrets become Jinja variables whose values arrive at run time, and values that
 * differ per environment are put in. Only the text of those values changes; every other byte stays as it was.
 */

import type { JsonValue } from "#lib/core/json";
import type { Problem, Result } from "#lib/core/problem";
import { nearest } from "#lib/core/schema";
import type { SecretRef } from "#lib/core/secret-ref";
import { type BeamPipelineDocument, isBelow, readDocument, siteAt, type ValueSite } from "./document";
import { maskJinja, rawRanges } from "./jinja";
import { bindingName, secretsOf } from "./secrets";
import { flowYaml } from "./yaml-text";

/** What takes a value's place: a key of a Secret, or another value. */
export type PipelineBinding = SecretRef | { readonly type: "value"; readonly value: JsonValue };

/** A Jinja variable and the Secret key that it stands for. */
export interface SecretVariable {
  readonly variable: string;
  readonly secret: SecretRef;
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
  readonly bindings: Readonly<Record<string, PipelineBinding>>;
  /** Name of the Secret that clear-text secrets without a binding are expected in. */
  readonly secretName: string;
  /** What problems call the pipeline, such as `pipelines.rag`. */
  readonly path: string;
}

interface Splice {
  readonly site: ValueSite;
  readonly binding: PipelineBinding;
}

/** Renders a file. The variables hold text that is already escaped for YAML double quotes: see {@link SecretVariable}. */
export function renderPipeline(document: BeamPipelineDocument, options: RenderOptions): Result<RenderedPipeline> {
  const found = Object.entries(options.bindings).map(([name, binding]) => bind(document, { name, binding }, options));
  const problems = found.flatMap((result) => (Array.isArray(result) ? [] : [result]));
  const bound = found.flatMap((result) => (Array.isArray(result) ? result : []));
  const lifted = lift(document, bound, options);
  const blocked = [
    ...overlaps(sorted(bound)),
    ...[...bound, ...lifted].filter(({ site }) => insideRaw(document, site) || cutsBlocks(document.text, site)),
  ];
  problems.push(...blocked.map(({ site }) => unreachable(bindingName(document, site.path), options)));
  if (problems.length > 0) return { ok: false, problems };
  return finish(document, sorted([...bound, ...lifted]), options);
}

/** Secrets in clear text that no binding names or covers. */
function lift(document: BeamPipelineDocument, bound: readonly Splice[], options: RenderOptions): Splice[] {
  const left = secretsOf(document)
    .filter(({ state }) => state === "clear")
    .filter(({ site }) => !bound.some((other) => site.start >= other.site.start && site.end <= other.site.end));
  // Transforms of one type may have no names of their own: then only the path in the file tells their secrets apart.
  const shared = (one: (typeof left)[number]) => left.some((other) => other.name === one.name && other.site.scalar !== one.site.scalar);
  return left.map((one) => ({ site: one.site, binding: defaultSecret(shared(one) ? one.site.path.join(".") : one.name, options) }));
}

function sorted(splices: readonly Splice[]): Splice[] {
  return [...splices].sort((a, b) => a.site.start - b.site.start || b.site.end - a.site.end);
}

function finish(document: BeamPipelineDocument, splices: readonly Splice[], options: RenderOptions): Result<RenderedPipeline> {
  const secrets: SecretVariable[] = [];
  const pieces = splices.map(({ site, binding }) => {
    if (binding.type === "value") return { site, text: flowYaml(binding.value) };
    const variable = `beamstack_secret_${secrets.length}`;
    secrets.push({ variable, secret: binding });
    return { site, text: `"{{ ${variable} }}"` };
  });
  const text = splice(document.text, pieces);
  const submitted = pieces.length === 0 ? document : readDocument(text);
  const broken = pieces
    .filter((piece) => !reads(submitted, piece))
    .map(({ site }) => unreachable(bindingName(document, site.path), options));
  return broken.length > 0 ? { ok: false, problems: broken } : { ok: true, value: { text, secrets, submitted }, warnings: [] };
}

/** The values that a binding names, or what is wrong with it. */
function bind(
  document: BeamPipelineDocument,
  { name, binding }: { readonly name: string; readonly binding: PipelineBinding },
  options: RenderOptions,
): Splice[] | Problem {
  const named = document.values.filter((site) => namesOf(document, site).includes(name));
  if (named.length > 0) return named.map((site) => ({ site, binding }));
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

/** All names of a value: by its transform's name, by its transform's type, and by its path in the file. */
function namesOf(document: BeamPipelineDocument, site: ValueSite): string[] {
  const name = bindingName(document, site.path);
  const owners = document.transforms.filter((transform) => name.startsWith(`${transform.name}.`) && isBelow(site.path, transform.path));
  return [name, site.path.join("."), ...owners.map((owner) => `${owner.type}${name.slice(owner.name.length)}`)];
}

/** A Secret's keys are at most 253 of letters, digits, `-`, `_` and `.`. */
function defaultSecret(name: string, options: RenderOptions): SecretRef {
  return { type: "secret-ref", name: options.secretName, key: name.replace(/[^-._a-zA-Z0-9]/g, "-").slice(0, 253) };
}

function splice(text: string, pieces: readonly { readonly site: ValueSite; readonly text: string }[]): string {
  let result = "";
  let at = 0;
  for (const { site, text: piece } of pieces) {
    const before = text.slice(at, site.start);
    // An empty value may stand right behind its key's colon or its item's dash.
    const gap = site.start === site.end && /[:-]$/.test(before) ? " " : "";
    // A block value takes its line end with it.
    const end = text.slice(site.start, site.end).endsWith("\n") ? "\n" : "";
    result += before + gap + piece + end;
    at = site.end;
  }
  return result + text.slice(at);
}

/** Does the file as it is submitted have the new value where it belongs? */
function reads(submitted: BeamPipelineDocument, { site, text: piece }: { readonly site: ValueSite; readonly text: string }): boolean {
  const value = siteAt(submitted, site.path);
  return value !== undefined && maskJinja(submitted.text.slice(value.start, value.end)) === maskJinja(piece);
}

function overlaps(ordered: readonly Splice[]): Splice[] {
  return ordered.filter(({ site }, at) => at > 0 && site.start < (ordered[at - 1]?.site.end ?? 0));
}

/** Inside `{% raw %}` a variable would stay text. */
function insideRaw(document: BeamPipelineDocument, site: ValueSite): boolean {
  return rawRanges(document.text).some(({ start, end }) => site.start >= start && site.start < end);
}

/** A value that Jinja's blocks make, in part or as a whole: putting another in its place would leave half of a block, or repeat it. */
function cutsBlocks(text: string, { start, end }: ValueSite): boolean {
  const own = text.slice(start, end);
  const opened = (own.match(/\{%-?\s*(?:(?:if|for|macro|call|filter)\b|set\b(?![^%]*=))/g) ?? []).length;
  const closed = (own.match(/\{%-?\s*end(?:if|for|macro|call|filter|set)\b/g) ?? []).length;
  const begins = /\{%[^%]*%\}\s*$/.test(text.slice(0, start));
  const goesOn = !own.endsWith("\n") && /^[ \t]*\{%/.test(text.slice(end));
  return opened !== closed || begins || goesOn;
}

function unreachable(name: string, options: RenderOptions): Problem {
  return {
    id: "beam.value-not-replaceable",
    path: `${options.path}.${name}`,
    got: "a value inside {% raw %}, inside a Jinja block, inside another bound value, or in a form that cannot be replaced",
    allowed: "a plain or quoted scalar, list or mapping outside of {% raw %} and Jinja blocks",
    fix: "write it as a quoted scalar of its own, or as a Jinja variable",
  };
}
