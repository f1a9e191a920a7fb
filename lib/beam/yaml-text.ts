/** JSON values as YAML text that every parser reads back as the same value, Beam's own PyYAML included. */

import { isYamlWord, type JsonScalar } from "#lib/core/json";
import { escapeJinja } from "./template";

/** YAML or Jinja that stands in the file as it is written here. */
export class Verbatim {
  public constructor(public readonly text: string) {}
}

/** A JSON value with places for Jinja. */
export type YamlValue = JsonScalar | Verbatim | readonly YamlValue[] | YamlMap;

/** A mapping; a key whose value is `undefined` counts as absent. */
export interface YamlMap {
  readonly [key: string]: YamlValue | undefined;
}

function isMap(value: YamlValue): value is YamlMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Verbatim);
}

/** One line of YAML flow text that renders and parses to `value`. */
export function flowYaml(value: YamlValue): string {
  if (value instanceof Verbatim) return value.text;
  if (value === null || typeof value !== "object") return scalarText(value);
  if (isMap(value)) {
    const entries = Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [`${quoted(key)}: ${flowYaml(item)}`]));
    // The spaces keep nested braces from reading as Jinja.
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return `[${value.map(flowYaml).join(", ")}]`;
}

/** Indented YAML text of `value`, for people to read. */
export function blockYaml(value: YamlValue, indent = ""): string {
  if (Array.isArray(value) && value.length > 0) {
    return value.map((item) => `${indent}-${below(item, indent)}`).join("");
  }
  if (isMap(value) && Object.keys(value).length > 0) {
    return Object.entries(value)
      .flatMap(([key, item]) => (item === undefined ? [] : [`${indent}${keyText(key)}:${below(item, indent)}`]))
      .join("");
  }
  return `${indent}${flowYaml(value)}\n`;
}

function below(item: YamlValue, indent: string): string {
  const nested = (Array.isArray(item) || isMap(item)) && Object.keys(item).length > 0;
  return nested ? `\n${blockYaml(item, `${indent}  `)}` : ` ${flowYaml(item)}\n`;
}

function keyText(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) && !isYamlWord(key) ? key : quoted(key);
}

/** PyYAML's SafeLoader takes `1e+30` for text: a float needs a point. */
function scalarText(value: JsonScalar): string {
  if (typeof value === "string") return quoted(value);
  const text = JSON.stringify(value);
  return typeof value === "number" && /^-?\d+e/.test(text) ? text.replace("e", ".0e") : text;
}

/** JSON quoting, with everything outside printable ASCII escaped: PyYAML refuses some of it raw and joins no surrogate pairs. */
function quoted(text: string): string {
  return JSON.stringify(escapeJinja(text)).replace(/[^\x20-\x7e]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
