/** Finds the line of a setting in an environment file, so that an editor can jump to it. */

/** A position in a text that is read from left to right. */
interface Reader {
  readonly text: string;
  at: number;
}

/**
 * The line, counted from 1, of the setting at `path` (such as `flink.clusters.main.parallelism`) in the source of an environment
 * file. If the file computes a part of the path, the line of the last literal part; `undefined` if there is none.
 */
export function sourceLine(source: string, path: string): number | undefined {
  const start = /\bdefineEnvironment\s*(?:<[^>]*>)?\s*\(/.exec(source);
  if (!start) return undefined;
  const reader = { text: source, at: start.index + start[0].length };
  let found: number | undefined;
  for (const step of stepsOf(path)) {
    const position = enter(reader, step);
    if (position === undefined) break;
    found = position;
  }
  return found === undefined ? undefined : source.slice(0, found).split("\n").length;
}

/** Splits `a.b[0]."x y"` into its steps; the part after a `#` is inside another file. */
function stepsOf(path: string): string[] {
  const own = path.replace(/#.*$/s, "");
  return [...own.matchAll(/"(?:[^"\\]|\\.)*"|\[\d+\]|[^.[\]]+/g)].map(([part]) =>
    part.startsWith('"') ? String(JSON.parse(part)) : part.replace(/^\[(\d+)\]$/, "$1"),
  );
}

/** Moves to the value of a key or index of the list or map that begins here; returns the position of the key. */
function enter(reader: Reader, step: string): number | undefined {
  skipBlank(reader);
  const opening = reader.text[reader.at];
  if (opening !== "{" && opening !== "[") return undefined;
  reader.at++;
  for (let position = 0; !atEnd(reader); position++) {
    const begin = reader.at;
    const key = opening === "[" ? String(position) : readKey(reader);
    if (key === step) return begin;
    if (!skipValue(reader)) break;
  }
  return undefined;
}

/** Whether this list or map has no more entries. */
function atEnd(reader: Reader): boolean {
  skipBlank(reader);
  return "}]".includes(reader.text[reader.at] ?? "}");
}

/** Reads `key:` and stops at its value; a shorthand or a spread has none. */
function readKey(reader: Reader): string | undefined {
  const found = /^(?:(?<word>[\w$]+)|"(?<double>[^"\\]*)"|'(?<single>[^'\\]*)')\s*:/.exec(reader.text.slice(reader.at, reader.at + 300));
  if (!found) return undefined;
  reader.at += found[0].length;
  return found.groups?.["word"] ?? found.groups?.["double"] ?? found.groups?.["single"];
}

/** Skips the value that begins here, and its comma. @returns false at an end, or before syntax that it cannot read */
function skipValue(reader: Reader): boolean {
  const begin = reader.at;
  let depth = 0;
  while (reader.at < reader.text.length) {
    if (skipOpaque(reader)) continue;
    const character = reader.text[reader.at] ?? "";
    const next = depth + nesting(character);
    if (next < 0) break;
    reader.at++;
    if (next === 0 && character === ",") break;
    depth = next;
  }
  return reader.at > begin;
}

function nesting(character: string): number {
  if ("{[(".includes(character)) return 1;
  return "}])".includes(character) ? -1 : 0;
}

function skipBlank(reader: Reader): void {
  while (reader.at < reader.text.length) {
    if (/\s/.test(reader.text[reader.at] ?? "")) reader.at++;
    else if (!skipComment(reader)) return;
  }
}

/** Skips a comment or a string, whose brackets and commas have no meaning. */
function skipOpaque(reader: Reader): boolean {
  return skipComment(reader) || skipMatch(reader, /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/sy);
}

function skipComment(reader: Reader): boolean {
  return skipMatch(reader, /\/\/[^\n]*|\/\*.*?\*\//sy);
}

function skipMatch(reader: Reader, pattern: RegExp): boolean {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found) reader.at += found[0].length;
  return found !== null;
}
