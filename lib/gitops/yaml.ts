/**
 * JSON as YAML text that every parser reads back as the same value: YAML 1.1 and 1.2, libyaml, go-yaml, PyYAML.
 * A scalar is written plain only where no parser can take it for anything but a string; otherwise JSON-quoted.
 */

import { isYamlWord, type JsonObject, type JsonScalar, type JsonValue, yamlSafeJson } from "#lib/core/json";

/** A value that no YAML text can carry. */
export class UnwritableError extends Error {
  public constructor(
    /** Keys and positions that lead to the value, outermost first. */
    public readonly path: readonly string[],
    /** The value found. */
    public readonly what: string,
  ) {
    super(`${path.join(".")}: ${what}`);
    this.name = "UnwritableError";
  }
}

/**
 * One YAML document without markers. Absent keys are left out, the others stay in their order.
 *
 * @throws UnwritableError on half a surrogate pair, on a number that is not finite
 */
export function toYaml(value: JsonObject): string {
  try {
    const body = mapping(value, "");
    return body === "" ? "{}\n" : body;
  } catch (thrown) {
    if (thrown instanceof Unwritable) throw new UnwritableError(thrown.path.reverse(), thrown.message);
    throw thrown;
  }
}

/** Collects the path from the inside out, so that the way down costs nothing. */
class Unwritable extends Error {
  public readonly path: string[] = [];

  public static at(key: string, thrown: unknown): unknown {
    if (thrown instanceof Unwritable) thrown.path.push(key);
    return thrown;
  }
}

function mapping(value: JsonObject, indent: string): string {
  let text = "";
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    try {
      text += `${indent}${keyText(key, indent)}${below(item, indent)}`;
    } catch (thrown) {
      throw Unwritable.at(key, thrown);
    }
  }
  return text;
}

function sequence(items: readonly JsonValue[], indent: string): string {
  let text = "";
  items.forEach((item, position) => {
    try {
      text += `${indent}-${entry(item, indent)}`;
    } catch (thrown) {
      throw Unwritable.at(String(position), thrown);
    }
  });
  return text;
}

/** What stands after a key's colon, to the end of its last line. */
function below(item: JsonValue, indent: string): string {
  const inner = `${indent}  `;
  if (isList(item)) return item.length === 0 ? " []\n" : `\n${sequence(item, inner)}`;
  if (typeof item !== "object" || item === null) return ` ${scalar(item, inner)}\n`;
  const body = mapping(item, inner);
  return body === "" ? " {}\n" : `\n${body}`;
}

/** What stands after a dash: a mapping begins on the dash's own line. */
function entry(item: JsonValue, indent: string): string {
  if (typeof item !== "object" || item === null || isList(item)) return below(item, indent);
  const body = mapping(item, `${indent}  `);
  return body === "" ? " {}\n" : ` ${body.slice(indent.length + 2)}`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Parsers give up on a key of more than 1,024 bytes before its colon; the explicit form has no such limit. */
const LONGEST_KEY = 240;

function keyText(key: string, indent: string): string {
  const text = isPlain(key) ? key : quoted(key);
  return text.length > LONGEST_KEY ? `? ${text}\n${indent}:` : `${text}:`;
}

function scalar(value: JsonScalar, indent: string): string {
  if (typeof value === "string") return stringText(value, indent);
  if (typeof value === "number") return numberText(value);
  return String(value);
}

/** YAML 1.1 takes `1e21` for a string: a float needs its point. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new Unwritable(`the number ${value}`);
  const text = JSON.stringify(value);
  return /^-?\d+e/.test(text) ? text.replace("e", ".0e") : text;
}

function stringText(value: string, indent: string): string {
  if (isPlain(value)) return value;
  return isBlock(value) ? block(value, indent) : quoted(value);
}

/** Begins with a letter or slash, holds no blank, no indicator, no colon at the end: nothing but a string, except the words that YAML has. */
const PLAIN = /^[A-Za-z/][\w./-]*(?::[\w./-]+)*$/;

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !isYamlWord(text);
}

/**
 * What a literal block does not carry unchanged in every parser: a first line that is empty or indented (the block would
 * need an indentation mark), control and invisible characters, foreign line breaks, blanks at the end of a line, more
 * than one line break at the end.
 */
const UNFIT_FOR_BLOCK = /^\s|[^\P{C}\n]|[\p{Zl}\p{Zp}]| \n| $|\n\n$/u;

function isBlock(text: string): boolean {
  return text.includes("\n") && !UNFIT_FOR_BLOCK.test(text);
}

function block(text: string, indent: string): string {
  const whole = text.endsWith("\n");
  const lines = (whole ? text.slice(0, -1) : text).split("\n");
  return `${whole ? "|" : "|-"}\n${lines.map((line) => (line === "" ? "" : `${indent}${line}`)).join("\n")}`;
}

function quoted(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw new Unwritable("half a surrogate pair, which is no character");
  return yamlSafeJson(text);
}
