/** Rules of connections that Beam checks while it expands a file. Source: Beam 2.77, yaml_transform.py. */

import type { BeamPipelineDocument } from "../document";
import type { Finding } from "../finding";
import type { ValueSite } from "../node";
import { textOf } from "../shape";
import { type BeamLevel, type BeamStep, readsFrom, targetOf } from "./levels";
import { isKnown, refused, textsOf } from "./refusal";

/** What Beam refuses in the connections of a level. */
export function connectionFindings(document: BeamPipelineDocument, level: BeamLevel): Finding[] {
  return [
    ...level.steps.flatMap((step) => [...missingInput(document, level, step), ...outputFindings(document, level, step)]),
    ...circles(document, level),
    ...errorsNotConsumed(document, level),
    ...emptyChain(document, level),
    ...levelOutputs(document, level),
  ];
}

/** Providers' own transforms need an input unless their name starts with `Read`; those of YAML may say so. */
function missingInput(document: BeamPipelineDocument, level: BeamLevel, step: BeamStep): Finding[] {
  const { site, type, facts, inner, inputs, before, startsFromNothing } = step;
  if (inner || inputs.length > 0 || before || startsFromNothing || site.entries.has("input")) return [];
  // Source: `create_ptransform` of a composite: a level without steps before it starts from its own inputs.
  const needs = facts ? facts.input === true : facts === undefined && needsInput(document, type);
  if (!needs) return [];
  const allowed = level.kind === "chain" ? "a chain that starts with a transform that reads no input" : "the name of a transform as input";
  return [
    refused(document, site, {
      id: "beam.missing-input",
      got: `${type} without an input`,
      allowed,
      fix: level.kind === "chain" ? "put a source before it" : "name its input, or write input: {} where it starts from nothing",
    }),
  ];
}

function needsInput(document: BeamPipelineDocument, type: string): boolean {
  const provider = document.providers.find(({ transforms }) => Object.hasOwn(transforms, type));
  if (!provider || provider.type === undefined || type.startsWith("Read")) return false;
  const told = provider.site.entries.get("transforms")?.entries.get(type)?.entries.get("requires_inputs");
  return told?.scalar !== false && ["python", "pythonPackage", "yaml"].includes(provider.type);
}

/** Transforms of Beam with one output, which has no name of its own. */
const ONE_OUTPUT = new Set([
  "AssignTimestamps",
  "Combine",
  "Create",
  "Explode",
  "ExtractWindowingInfo",
  "Filter",
  "Flatten",
  "LogForTesting",
  "MapToFields",
  "Reshuffle",
  "StripErrorMetadata",
]);

/** Names of a step's outputs where they are known. `main`: the one that its bare name means. */
function outputsOf(step: BeamStep): { readonly names: readonly string[]; readonly main: boolean } | undefined {
  const { type, config, facts, site } = step;
  if (facts?.language !== "python" || site.entries.has("windowing") || !isKnown(config) || config?.entries.has("output_schema"))
    return undefined;
  const error = textOf(config?.entries.get("error_handling")?.entries.get("output"));
  if (type === "Partition") {
    const unknown = textOf(config?.entries.get("unknown_output"));
    const names = [...textsOf(config?.entries.get("outputs")), unknown, error].filter((name) => name !== undefined);
    return { names, main: names.length === 1 };
  }
  if (!ONE_OUTPUT.has(type)) return undefined;
  return error === undefined ? { names: ["out"], main: true } : { names: ["good", error], main: true };
}

function outputFindings(document: BeamPipelineDocument, level: BeamLevel, step: BeamStep): Finding[] {
  return step.inputs.flatMap(({ text, site }) => outputOf(document, level, { text, site }));
}

function outputOf(
  document: BeamPipelineDocument,
  level: BeamLevel,
  { text, site }: { readonly text: string; readonly site: ValueSite },
): Finding[] {
  const target = targetOf(level, text);
  const outputs = target.kind === "step" ? outputsOf(target.step) : undefined;
  if (target.kind !== "step" || !outputs) return [];
  const { names, main } = outputs;
  const known = `${target.step.names[0]} with the outputs ${names.join(", ")}`;
  if (target.output === undefined)
    return main
      ? []
      : [
          refused(document, site, {
            id: "beam.ambiguous-output",
            got: `${JSON.stringify(text)}, which has several outputs`,
            allowed: known,
            fix: `write ${text}.<output>`,
          }),
        ];
  if (names.includes(target.output)) return [];
  return [
    refused(document, site, {
      id: "beam.unknown-output",
      got: `the output ${JSON.stringify(target.output)}`,
      allowed: known,
      fix: "name one of its outputs",
    }),
  ];
}

/** Source: `validate_transform_references`, and the recursion of `Scope.get_outputs` for longer circles. */
function circles(document: BeamPipelineDocument, level: BeamLevel): Finding[] {
  const reads = new Map(level.steps.map((step) => [step, readsFrom(level, step)] as const));
  const readers = new Map<BeamStep, BeamStep[]>(level.steps.map((step) => [step, []]));
  for (const [step, from] of reads) for (const each of from) readers.get(each)?.push(step);
  // What has no way in, and of the rest what has no way out, is on no circle.
  const ahead = withoutEnds(level.steps, reads, readers);
  const left = withoutEnds(ahead, readers, reads);
  return left.map((step) =>
    refused(document, step.site.entries.get("input") ?? step.site, {
      id: "beam.circular-input",
      got: `${step.names[0]}, which reads its own output`,
      allowed: "inputs that do not come back to their transform",
      fix: "break the circle",
    }),
  );
}

type Links = ReadonlyMap<BeamStep, readonly BeamStep[]>;

/** Steps that stay when those without a link to a step that stays are taken away, again and again. */
function withoutEnds(steps: readonly BeamStep[], links: Links, back: Links): BeamStep[] {
  const inside = new Set(steps);
  const count = new Map(steps.map((step) => [step, (links.get(step) ?? []).filter((each) => inside.has(each)).length]));
  const ends = steps.filter((step) => count.get(step) === 0);
  for (const end of ends) {
    inside.delete(end);
    for (const each of back.get(end) ?? []) {
      const rest = (count.get(each) ?? 0) - 1;
      count.set(each, rest);
      // The loop goes on with what is added.
      if (rest === 0) ends.push(each);
    }
  }
  return [...inside];
}

/** Source: `ensure_errors_consumed`. */
function errorsNotConsumed(document: BeamPipelineDocument, level: BeamLevel): Finding[] {
  const outputs = outputTexts(level.site.entries.get("output"));
  const used = [...level.steps.flatMap(({ inputs }) => inputs.map(({ text }) => text)), ...(level.kind === "chain" ? [] : outputs)];
  const consumed = used.map((text) => targetOf(level, text));
  return level.steps.flatMap((step) => {
    const handling = step.config?.entries.get("error_handling");
    if (!handling || handling.kind === "unknown" || !isKnown(handling)) return [];
    const output = textOf(handling.entries.get("output"));
    const name = step.names[0] ?? "";
    if (output === undefined)
      return [
        refused(document, handling, {
          id: "beam.error-output-missing",
          got: "error_handling without an output",
          allowed: "the name of an output for elements that fail",
          fix: "add output, and let a transform read it",
        }),
      ];
    const read = consumed.some((target) => target.kind === "step" && target.step === step && target.output === output);
    if (read) return [];
    return [
      refused(document, handling, {
        id: "beam.errors-not-consumed",
        got: `the error output ${name}.${output}, which no transform reads`,
        allowed: "a transform whose input it is",
        fix: level.kind === "chain" ? `read it in extra_transforms, as input: ${name}.${output}` : `read it, as input: ${name}.${output}`,
      }),
    ];
  });
}

function outputTexts(output: ValueSite | undefined): string[] {
  if (!output) return [];
  return output.kind === "map" ? [...output.entries.values()].flatMap((each) => textOf(each) ?? []) : textsOf(output);
}

function emptyChain(document: BeamPipelineDocument, { kind, steps, site }: BeamLevel): Finding[] {
  if (kind !== "chain" || steps.length > 0) return [];
  return [
    refused(document, site, {
      id: "beam.empty-chain",
      got: "a chain without transforms",
      allowed: "at least one transform",
      fix: "add a transform",
    }),
  ];
}

/** What a composite gives out is an output of its own steps, or an input. */
function levelOutputs(document: BeamPipelineDocument, level: BeamLevel): Finding[] {
  const output = level.site.entries.get("output");
  if (level.kind === "chain" || !output) return [];
  const sites = output.kind === "map" ? [...output.entries.values()] : [output];
  return sites.flatMap((site) => {
    const text = textOf(site);
    const target = text === undefined ? undefined : targetOf(level, text);
    if (target?.kind === "none" || target?.kind === "several")
      return [
        refused(document, site, {
          id: "beam.unknown-inner-output",
          got: `the output ${JSON.stringify(text)}, which ${target.kind === "none" ? "no transform inside has" : "several transforms inside have"}`,
          allowed: "the name of one transform of the composite, or <name>.<output>",
          fix: "name one of its transforms",
        }),
      ];
    return text === undefined ? [] : outputOf(document, level, { text, site });
  });
}
