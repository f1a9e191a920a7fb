/** How transforms are connected and configured, by the rules and facts of Beam. Source: Beam 2.77, yaml_transform.py. */

import { nearest } from "#lib/core/schema";
import { type BeamTransformFacts, beamTransforms } from "#lib/imports/beam/index";
import type { BeamPipelineDocument } from "./document";
import type { Finding } from "./finding";
import type { ValueSite } from "./node";
import { bindingName } from "./secrets";
import { type TransformSite, textOf } from "./shape";
import { includesOtherFiles } from "./template";

/** Names as people write them: `MapToFields` for `MapToFields-python`. */
const beamNames = new Set(Object.keys(beamTransforms).flatMap((name) => [name, name.replace(/-\w+$/, "")]));

/** Shapes that Beam's YAML itself knows; they are no transforms of a provider. */
const BUILT_IN = new Set(["chain", "composite"]);

/** Transforms that Beam has once per language. */
const WITH_LANGUAGE = new Set(["AssignTimestamps", "Combine", "Filter", "MapToFields", "Partition"]);

/** Findings of transforms and their connections. */
export function graphFindings(document: BeamPipelineDocument): Finding[] {
  return [...unknownTransforms(document), ...languages(document), ...unknownFields(document), ...connections(document)];
}

/** Facts of a transform of Beam's own, in the language that its configuration asks for. */
export function factsOf({ type = "", site }: TransformSite): BeamTransformFacts | undefined {
  const language = textOf(site.entries.get("config")?.entries.get("language"));
  return beamTransforms[`${type}-${language ?? "generic"}`] ?? beamTransforms[type];
}

/** Names that the file's own providers declare; they win over Beam's. */
function declaredIn(document: BeamPipelineDocument): ReadonlySet<string> {
  return new Set(document.providers.flatMap((provider) => Object.keys(provider.transforms)));
}

function unknownTransforms(document: BeamPipelineDocument): Finding[] {
  if (includesOtherFiles(document.text) || document.providers.some((provider) => provider.type === undefined)) return [];
  const declared = declaredIn(document);
  const known = [...beamNames, ...declared];
  return document.transforms.flatMap(({ type, site }) => {
    if (type === undefined || declared.has(type) || beamNames.has(type) || BUILT_IN.has(type) || /[{:./]/.test(type)) return [];
    const near = nearest(type, known);
    const at = site.entries.get("type") ?? site;
    return [
      {
        id: "beam.unknown-transform",
        start: at.start,
        name: bindingName(document, at.path),
        got: `the transform type ${JSON.stringify(type)}`,
        allowed: "a transform of Beam or of a provider in the file",
        fix: near ? `did you mean ${near}?` : "declare it under providers",
      },
    ];
  });
}

function languages(document: BeamPipelineDocument): Finding[] {
  const declared = declaredIn(document);
  return document.transforms.flatMap(({ type, site }) => {
    const language = site.entries.get("config")?.entries.get("language");
    if (!language || type === undefined || !WITH_LANGUAGE.has(type) || declared.has(type) || language.kind !== "scalar") return [];
    const known = Object.keys(beamTransforms).flatMap((name) => (name.startsWith(`${type}-`) ? [name.slice(type.length + 1)] : []));
    if (known.includes(String(language.scalar))) return [];
    const near = nearest(String(language.scalar), known);
    return [
      {
        id: "beam.unknown-language",
        start: language.start,
        name: bindingName(document, language.path),
        got: `the language ${JSON.stringify(language.scalar)}`,
        allowed: known.join(", "),
        fix: near ? `did you mean ${near}?` : "use one of these",
      },
    ];
  });
}

/** Beam's transforms pass some fields on to what is below them: only a name that is nearly a known one is surely wrong. */
function unknownFields(document: BeamPipelineDocument): Finding[] {
  const declared = declaredIn(document);
  return document.transforms.flatMap((transform) => {
    const config = transform.site.entries.get("config");
    const facts = transform.type === undefined || declared.has(transform.type) ? undefined : factsOf(transform);
    const fields = Object.keys(facts?.fields ?? {});
    if (!config || fields.length === 0) return [];
    return [...config.entries].flatMap(([name, value]) => {
      const free = fields.filter((field) => !config.entries.has(field));
      const near = fields.includes(name) || name.includes("{{") ? undefined : nearest(name, free);
      if (near === undefined || differsMuch(name, near)) return [];
      return [
        {
          id: "beam.unknown-field",
          start: config.keys.get(name) ?? value.start,
          name: bindingName(document, value.path),
          got: `the field ${JSON.stringify(name)} of ${transform.type}`,
          allowed: fields.join(", "),
          fix: `did you mean ${near}?`,
        },
      ];
    });
  });
}

/** Two short words are near each other by chance. */
function differsMuch(name: string, near: string): boolean {
  return near.length < 4 || name[0]?.toLowerCase() !== near[0]?.toLowerCase();
}

function connections(document: BeamPipelineDocument): Finding[] {
  const pipeline = document.root?.entries.get("pipeline");
  return pipeline && document.complete ? scopeFindings(document, pipeline, []) : [];
}

/** A scope is a list of transforms that may name each other. */
function scopeFindings(document: BeamPipelineDocument, holder: ValueSite, inputs: readonly string[]): Finding[] {
  const transforms = ["transforms", "extra_transforms"]
    .flatMap((key) => holder.entries.get(key)?.items ?? [])
    .filter(({ kind }) => kind === "map");
  const chain = textOf(holder.entries.get("type")) === "chain";
  const nested = transforms.flatMap((site) =>
    BUILT_IN.has(textOf(site.entries.get("type")) ?? "") ? scopeFindings(document, site, inputsOf(site)) : [],
  );
  // What Jinja calls a transform is not known, and neither is who may mean it.
  const open = transforms.some((site) => site.entries.get("name")?.kind === "unknown" || site.entries.get("type")?.kind === "unknown");
  const scope = scopeOf(transforms, inputs);
  const unknown = chain || open ? [] : transforms.flatMap((site) => unknownInputs(document, site, scope));
  return [...duplicateNames(document, transforms), ...unknown, ...nested];
}

/** What a composite's own transforms call its inputs. */
function inputsOf(composite: ValueSite): string[] {
  return ["input", ...(composite.entries.get("input")?.entries.keys() ?? [])];
}

/** How many transforms answer to each name: by name and by type, as in Beam. */
interface Scope {
  readonly times: ReadonlyMap<string, number>;
  readonly known: readonly string[];
}

function scopeOf(transforms: readonly ValueSite[], inputs: readonly string[]): Scope {
  const times = new Map<string, number>(inputs.map((input) => [input, 1]));
  for (const site of transforms) {
    const names = new Set([textOf(site.entries.get("name")), textOf(site.entries.get("type"))]);
    for (const name of names) if (name !== undefined && !inputs.includes(name)) times.set(name, (times.get(name) ?? 0) + 1);
  }
  return { times, known: [...times.keys()] };
}

function unknownInputs(document: BeamPipelineDocument, site: ValueSite, { times, known }: Scope): Finding[] {
  return referencesIn(site.entries.get("input")).flatMap((reference) => {
    const name = String(reference.scalar);
    const count = times.get(name) ?? times.get(name.replace(/\.[^.]*$/, "")) ?? 0;
    if (count === 1) return [];
    const place = { start: reference.start, name: bindingName(document, reference.path) };
    return [count === 0 ? unknownInput(name, known, place) : ambiguousInput(name, count, place)];
  });
}

const INPUTS = "the name of a transform of the same composite, or <name>.<output>";

function unknownInput(name: string, known: readonly string[], place: Pick<Finding, "start" | "name">): Finding {
  const near = nearest(name, known);
  const got = `the input ${JSON.stringify(name)}, which no transform here is called`;
  return { ...place, id: "beam.unknown-input", got, allowed: INPUTS, fix: near ? `did you mean ${near}?` : "name a transform" };
}

function ambiguousInput(name: string, count: number, place: Pick<Finding, "start" | "name">): Finding {
  const got = `the input ${JSON.stringify(name)}, which ${count} transforms are called`;
  return { ...place, id: "beam.ambiguous-input", got, allowed: INPUTS, fix: "give the transforms names of their own" };
}

function referencesIn(input: ValueSite | undefined): ValueSite[] {
  if (!input) return [];
  return [input, ...input.items, ...input.entries.values()].filter(({ scalar }) => typeof scalar === "string");
}

function duplicateNames(document: BeamPipelineDocument, transforms: readonly ValueSite[]): Finding[] {
  const seen = new Set<string>();
  return transforms.flatMap((site) => {
    const name = site.entries.get("name");
    const text = textOf(name);
    if (!name || text === undefined || !seen.has(text)) {
      if (text !== undefined) seen.add(text);
      return [];
    }
    return [
      {
        id: "beam.duplicate-name",
        start: name.start,
        name: bindingName(document, name.path),
        got: `the name ${JSON.stringify(text)}, which another transform here has`,
        allowed: "names that differ within a pipeline or composite",
        fix: "rename one of them",
      },
    ];
  });
}
