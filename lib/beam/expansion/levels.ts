/** A pipeline's transforms as Beam connects them: levels of steps that may name each other. Source: Beam 2.77, yaml_transform.py. */

import type { BeamTransformFacts } from "#lib/imports/beam/index";
import type { BeamPipelineDocument } from "../document";
import { factsOf } from "../graph";
import { NO_SITE, type ValueSite } from "../node";
import { textOf } from "../shape";

/** One reference to an output of another step. */
interface InputReference {
  /** Key of the input: `input` where the file gives none. */
  readonly key: string;
  readonly text: string;
  readonly start: number;
  readonly site: ValueSite;
}

/** One transform at its level. */
export interface BeamStep {
  readonly site: ValueSite;
  readonly type: string;
  /** What others call it. */
  readonly names: readonly string[];
  /** Facts of a transform of Beam's own: not of one that a provider of the file declares, or that has steps. */
  readonly facts: BeamTransformFacts | undefined;
  readonly config: ValueSite | undefined;
  readonly inputs: readonly InputReference[];
  /** Does the file give it the input `{}`, so that it starts from nothing? */
  readonly startsFromNothing: boolean;
  /** The step before it in a chain. */
  readonly before: BeamStep | undefined;
  /** Steps of a chain or composite. */
  readonly inner: BeamLevel | undefined;
}

/** Steps of a pipeline, chain or composite. */
export interface BeamLevel {
  readonly site: ValueSite;
  readonly kind: "chain" | "composite";
  readonly steps: readonly BeamStep[];
  /** Its steps by each of their names. */
  readonly named: ReadonlyMap<string, readonly BeamStep[]>;
  /** What its steps call the inputs of the level. */
  readonly inputs: readonly string[];
}

/** The pipeline's level; absent where Jinja makes some of it. */
export function pipelineLevel(document: BeamPipelineDocument): BeamLevel | undefined {
  const pipeline = document.root?.entries.get("pipeline");
  if (!pipeline || document.form !== "yaml" || !document.complete) return undefined;
  const made = document.transforms.some(({ type, name }) => type === undefined || name === undefined);
  return made ? undefined : levelOf(pipeline, { declared: declaredIn(document), outer: [] });
}

/** All levels, outermost first. */
export function levelsBelow(level: BeamLevel): BeamLevel[] {
  return [level, ...level.steps.flatMap(({ inner }) => (inner ? levelsBelow(inner) : []))];
}

/** Names of transforms that the file's own providers declare. */
export function declaredIn(document: BeamPipelineDocument): ReadonlySet<string> {
  return new Set(document.providers.flatMap(({ transforms }) => Object.keys(transforms)));
}

interface Around {
  readonly declared: ReadonlySet<string>;
  /** Inputs of the level around this one, which those without inputs of their own see. */
  readonly outer: readonly string[];
  /** Does the step before it feed it? @default false */
  readonly fed?: boolean;
}

function levelOf(site: ValueSite, around: Around): BeamLevel {
  const kind = textOf(site.entries.get("type")) === "chain" ? "chain" : "composite";
  const named = inputNames(site.entries.get("input"));
  const own = named.length === 0 && around.fed ? ["input"] : named;
  const inputs = own.length > 0 ? own : around.outer;
  const inside: Around = { declared: around.declared, outer: inputs };
  const main = mapsIn(site, ["source", "transforms", "sink"]);
  const linked = kind === "chain" || (own.length > 0 && !main.some(hasExplicitEnds));
  const steps: BeamStep[] = [];
  for (const each of main) {
    const source = site.entries.get("source") === each;
    steps.push(stepOf(each, inside, linked ? { before: steps.at(-1), first: steps.length === 0, source } : { source }));
  }
  const extra = mapsIn(site, ["extra_transforms"]).map((each) => stepOf(each, inside, {}));
  const all = [...steps, ...extra];
  return { site, kind, steps: all, named: byName(all), inputs };
}

function byName(steps: readonly BeamStep[]): ReadonlyMap<string, readonly BeamStep[]> {
  const named = new Map<string, BeamStep[]>();
  for (const step of steps)
    for (const name of new Set(step.names)) {
      const same = named.get(name);
      if (same) same.push(step);
      else named.set(name, [step]);
    }
  return named;
}

function mapsIn({ entries }: ValueSite, keys: readonly string[]): ValueSite[] {
  const held = keys.flatMap((key) => entries.get(key) ?? []);
  return held.flatMap((each) => (each.kind === "list" ? each.items : [each])).filter(({ kind }) => kind === "map");
}

/** Source: `expand_composite_transform`: a composite with an input and no input or output inside is a chain. */
function hasExplicitEnds(site: ValueSite | undefined): boolean {
  return ["input", "output"].some((key) => inputNames(site?.entries.get(key)).length > 0);
}

interface Link {
  readonly before?: BeamStep | undefined;
  readonly first?: boolean;
  readonly source?: boolean;
}

function stepOf(site: ValueSite, around: Around, { before, first = false, source = false }: Link): BeamStep {
  const type = textOf(site.entries.get("type")) ?? "";
  const name = textOf(site.entries.get("name"));
  const input = site.entries.get("input");
  const fed = before !== undefined || (first && around.outer.length > 0);
  return {
    site,
    type,
    names: name === undefined ? [type] : [name, type],
    facts: around.declared.has(type) ? undefined : factsOf({ path: site.path, site, type, name: name ?? type }),
    config: site.entries.get("config"),
    inputs: references(input, first && !source ? around.outer : []),
    startsFromNothing: source || isEmptyInput(input),
    before,
    inner: ["chain", "composite"].includes(type) ? levelOf(site, { ...around, fed }) : undefined,
  };
}

function isEmptyInput(input: ValueSite | undefined): boolean {
  return input !== undefined && input.kind !== "scalar" && inputNames(input).length === 0;
}

/** Inputs as the file gives them; the first of a chain has those of the chain. */
function references(input: ValueSite | undefined, implied: readonly string[]): InputReference[] {
  if (!input) return implied.map((text) => ({ key: text, text, start: 0, site: NO_SITE }));
  const list = (key: string, site: ValueSite) => (site.kind === "list" ? site.items : [site]).flatMap((each) => reference(key, each));
  return input.kind === "map" ? [...input.entries].flatMap(([key, site]) => list(key, site)) : list("input", input);
}

function reference(key: string, site: ValueSite): InputReference[] {
  const text = textOf(site);
  return text === undefined ? [] : [{ key, text, start: site.start, site }];
}

function inputNames(input: ValueSite | undefined): string[] {
  if (!input) return [];
  if (input.kind === "map") return [...input.entries.keys()];
  return input.kind === "list" ? (input.items.length > 0 ? ["input"] : []) : ["input"];
}

/** What a reference leads to. */
export type Target =
  | { readonly kind: "input" }
  | { readonly kind: "step"; readonly step: BeamStep; readonly output: string | undefined }
  | { readonly kind: "none" }
  | { readonly kind: "several" };

/** Source: `Scope.get_pcollection`: what follows the last dot is an output. */
export function targetOf({ named, inputs }: Pick<BeamLevel, "named" | "inputs">, text: string): Target {
  if (inputs.includes(text)) return { kind: "input" };
  const dot = text.lastIndexOf(".");
  const [name, output] = dot < 0 ? [text, undefined] : [text.slice(0, dot), text.slice(dot + 1)];
  const found = named.get(name) ?? [];
  const [step] = found;
  if (found.length > 1) return { kind: "several" };
  return step ? { kind: "step", step, output } : { kind: "none" };
}

/** The step that a step without names of inputs reads: the one before it. */
export function readsFrom(level: BeamLevel, step: BeamStep): BeamStep[] {
  const named = step.inputs.map(({ text }) => targetOf(level, text));
  const steps = named.flatMap((target) => (target.kind === "step" ? [target.step] : []));
  return step.before ? [step.before, ...steps] : steps;
}
