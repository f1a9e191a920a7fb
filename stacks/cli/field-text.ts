/** A changed field as text: old and new value, long texts line by line. */

import type { JsonValue } from "#lib/core/json";
import { show } from "#lib/core/schema";
import { redacted } from "./redact";

/** Values of a field; absent where there is none. */
export interface FieldValues {
  readonly old?: JsonValue;
  readonly new?: JsonValue;
}

/** `path: old -> new`, or the lines of a text that differ. */
export function fieldText(id: string, path: string, values: FieldValues): string {
  const [old, next] = [values.old, values.new].map((value) => (value === undefined ? undefined : redacted(id, path, value)));
  if (isText(old) && isText(next)) return [`    ${path}:`, ...lineDiffs(old, next).map((line) => `      ${line}`)].join("\n");
  return `    ${path}: ${valueText(old)} -> ${valueText(next)}`;
}

/** A text of several lines: compared line by line. */
function isText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value.includes("\n");
}

/** Lines that only one side has. If only the order differs, the result says so. */
function lineDiffs(left: string, right: string): string[] {
  const [before, after] = [new Set(left.split("\n")), new Set(right.split("\n"))];
  const [gone, come] = [[...before].filter((line) => !after.has(line)), [...after].filter((line) => !before.has(line))];
  const lines = [...gone.map((line) => `- ${line}`), ...come.map((line) => `+ ${line}`)];
  return lines.length > 0 ? lines : ["the same lines in another order or number"];
}

function valueText(value: JsonValue | undefined): string {
  return value === undefined ? "(absent)" : show(value);
}
