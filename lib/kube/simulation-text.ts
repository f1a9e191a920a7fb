/**
 * JSON values in the two languages of kwok's Stage objects: Go templates, whose output kwok reads as YAML, and jq.
 * Source: kwok v0.7.0, pkg/utils/gotpl/renderer.go and pkg/utils/expression/query.go.
 */

import { isJsonObject, type JsonValue } from "#lib/core/json";

/** A value that kwok computes: a Go template action whose output is JSON. */
export class Computed {
  public constructor(public readonly action: string) {}
}

/** A JSON value with computed parts. */
export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | Computed
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue };

/** The Go template that renders to `value`, with all special characters escaped. */
export function goTemplate(value: TemplateValue): string {
  if (value instanceof Computed) return value.action;
  if (Array.isArray(value)) return `[${value.map(goTemplate).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([key, item]) => `${quoted(key)}:${goTemplate(item)}`);
    return `{${fields.join(",")}}`;
  }
  return typeof value === "string" ? quoted(value) : JSON.stringify(value);
}

/**
 * A JSON string in plain ASCII where it matters: braces would open a template action, and YAML (also the API server's, on server-side
 * apply) refuses some control characters that JSON allows. A lone half of a surrogate pair has no YAML form.
 */
function quoted(text: string): string {
  return JSON.stringify(wellFormed(text)).replace(/[{}\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** The jq condition that the value at `path` (a jq path) holds at least `value`: its fields, and lists item by item. */
export function jqHolds(path: string, value: TemplateValue): string {
  const tests = leafTests(path, value);
  return tests.length === 0 ? "true" : tests.join(" and ");
}

function leafTests(path: string, value: TemplateValue): string[] {
  if (value instanceof Computed) return [];
  if (Array.isArray(value)) {
    return [
      `(${path} | length) == ${value.length}`,
      ...value.flatMap((item: TemplateValue, index) => leafTests(`${path}[${index}]`, item)),
    ];
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => leafTests(`${path}[${quoted(key)}]`, item));
  }
  return [`${path} == ${typeof value === "string" ? quoted(value) : JSON.stringify(value)}`];
}

/** A JSON value as it is, for both languages. */
export function literal(value: JsonValue | undefined): TemplateValue {
  if (isJsonObject(value)) {
    const defined = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(defined.map(([key, item]) => [key, literal(item)]));
  }
  return typeof value === "object" && value !== null ? value.map(literal) : (value ?? null);
}
