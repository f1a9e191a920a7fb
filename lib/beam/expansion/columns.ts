/** Fields of rows, where they are told by the file: generic expressions and names of fields are checked against them. */

import { nearest } from "#lib/core/schema";
import type { BeamPipelineDocument } from "../document";
import type { Finding } from "../finding";
import type { ValueSite } from "../node";
import { textOf } from "../shape";
import { type BeamLevel, type BeamStep, targetOf } from "./levels";
import { isKnown, refused, textsOf } from "./refusal";

/** Transforms whose rows have the fields of their input. */
const KEEP_FIELDS = new Set(["Filter", "LogForTesting", "Reshuffle", "WindowInto", "AssignTimestamps", "Explode"]);

/** What Beam refuses in names of fields. */
export function columnFindings(document: BeamPipelineDocument, level: BeamLevel): Finding[] {
  return level.steps.flatMap((step) => {
    const fields = step.facts ? inputFields(level, step) : undefined;
    return fields ? namesIn(step).flatMap((name) => wrongName(document, name, fields)) : [];
  });
}

/** Fields of a step's rows; undefined where the file alone does not tell them. Those of a circle are not known. */
function fieldsOf(level: BeamLevel, step: BeamStep): readonly string[] | undefined {
  if (!KNOWN.has(step)) {
    KNOWN.set(step, undefined);
    const told = toldFields(level, step);
    KNOWN.set(step, told && told.length <= MOST_FIELDS ? told : undefined);
  }
  return KNOWN.get(step);
}

const KNOWN = new WeakMap<BeamStep, readonly string[] | undefined>();

/** Rows of more fields than this are left to Beam: a list for each step would take quadratic space. */
const MOST_FIELDS = 300;

function toldFields(level: BeamLevel, step: BeamStep): readonly string[] | undefined {
  const { type, config, facts, site } = step;
  if (!facts || !isKnown(config) || config?.entries.has("output_schema") || site.entries.has("transforms")) return undefined;
  if (type === "Create") return createdFields(config?.entries.get("elements"));
  if (KEEP_FIELDS.has(type)) return inputFields(level, step);
  if (type !== "MapToFields" || !["generic", "python", undefined].includes(textOf(config?.entries.get("language")))) return undefined;
  const own = [...(config?.entries.get("fields")?.entries.keys() ?? [])];
  if (config?.entries.get("append")?.scalar !== true) return own;
  const before = inputFields(level, step);
  const dropped = textsOf(config.entries.get("drop"));
  return before && [...before.filter((name) => !dropped.includes(name)), ...own];
}

function createdFields(elements: ValueSite | undefined): readonly string[] | undefined {
  const items = elements?.items ?? [];
  if (items.length === 0) return undefined;
  const names = items.flatMap((item) => (item.kind === "map" ? [...item.entries.keys()] : ["element"]));
  return [...new Set(names)];
}

function inputFields(level: BeamLevel, step: BeamStep): readonly string[] | undefined {
  if (step.before) return step.inputs.length === 0 ? fieldsOf(level, step.before) : undefined;
  const [input, ...more] = step.inputs;
  const target = input && more.length === 0 ? targetOf(level, input.text) : undefined;
  if (target?.kind !== "step" || (target.output !== undefined && target.output !== "good" && target.output !== "out")) return undefined;
  return fieldsOf(level, target.step);
}

/** A name of a field, or an expression of one, that a step uses. */
interface UsedName {
  readonly site: ValueSite;
  readonly text: string;
  /** `field`: a name; `value`: a generic expression without, `condition`: with comparisons. */
  readonly form: "field" | "value" | "condition";
}

/** Fields of generic expressions by transform. Source: yaml_mapping.py, `_str_expression_fields`. */
const EXPRESSION_OF: Readonly<Record<string, string>> = {
  AssignTimestamps: "timestamp",
  Filter: "keep",
  MapToFields: "fields",
  Partition: "by",
};

/** Fields whose values are names of fields. */
const NAMES_OF: Readonly<Record<string, readonly string[]>> = { Combine: ["group_by"], Explode: ["fields"], MapToFields: ["drop"] };

function namesIn({ type, config }: BeamStep): UsedName[] {
  const generic = ["generic", undefined].includes(textOf(config?.entries.get("language")));
  const named = NAMES_OF[type]?.flatMap((name) => fieldNames(config?.entries.get(name))) ?? [];
  const expression = EXPRESSION_OF[type];
  const at = expression === undefined ? undefined : config?.entries.get(expression);
  const values = at && type === "MapToFields" ? [...at.entries.values()] : at ? [at] : [];
  const form = type === "MapToFields" || type === "Filter" ? "condition" : "value";
  return [...named, ...(generic ? values.flatMap((site) => expressionAt(site, form)) : [])];
}

function fieldNames(site: ValueSite | undefined): UsedName[] {
  if (!site) return [];
  return (site.kind === "list" ? site.items : [site]).flatMap((each) => {
    const text = textOf(each);
    return text === undefined ? [] : [{ site: each, text, form: "field" as const }];
  });
}

function expressionAt(site: ValueSite, form: UsedName["form"]): UsedName[] {
  const at = site.kind === "map" ? site.entries.get("expression") : site;
  return at?.kind === "scalar" && at.scalar !== null && typeof at.scalar !== "boolean" ? [{ site: at, text: String(at.scalar), form }] : [];
}

function wrongName(document: BeamPipelineDocument, { site, text, form }: UsedName, fields: readonly string[]): Finding[] {
  if (isRight(text, form, fields)) return [];
  const near = nearest(text, fields);
  const what = form === "field" ? "the field" : "the expression";
  const more = form === "field" ? "" : ", a number, a text in double quotes; others need a language";
  return [
    refused(document, site, {
      id: "beam.unknown-column",
      got: `${what} ${JSON.stringify(text)}`,
      allowed: `${fields.join(", ")}${more}`,
      fix: near
        ? `did you mean ${near}?`
        : form === "field"
          ? "name a field of the input"
          : "name a field of the input, or set the language",
    }),
  ];
}

/** Source: `validate_generic_expression`. */
function isRight(text: string, form: UsedName["form"], fields: readonly string[]): boolean {
  const isAtom = (part: string) => fields.includes(part) || (form !== "field" && isLiteral(part));
  if (isAtom(text)) return true;
  const compared = form === "condition" ? /^(.*)([<>=!]+)(.*)$/s.exec(text) : null;
  if (!compared) return false;
  const [, left = "", operator = "", right = ""] = compared;
  // As in Beam, the first part takes as much as it can: of `a <= b` it takes the `<`, and the operator is `=`.
  return isAtom(left.trim()) && isAtom(right.trim()) && ["==", "<=", ">=", "<", ">", "!="].includes(operator);
}

function isLiteral(text: string): boolean {
  return (/^-?\d+$/.test(text) && Math.abs(Number(text)) < 2 ** 31) || /^-?\d+\.\d*$/.test(text) || /^"[^\\"]*"$/.test(text);
}
