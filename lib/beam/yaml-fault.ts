/** What keeps a text from being read as YAML, and whether Beam's own parser refuses it too. */

import type { YAMLParseError } from "yaml";

/** The first thing in a text that is no YAML. */
export interface YamlFault {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** What is there, in words of our own: the parser's may hold a secret. */
  readonly what: string;
  /** Does PyYAML refuse it as well? Some of what the parser here does not take, Beam does. */
  readonly certain: boolean;
}

/**
 * By code and message of the parser: what PyYAML never takes either. Source: verdicts of yaml 2.9.1 and of Beam 2.77's loader on 200,000
 * changed pipelines; `test/lib/beam/yaml-fault.e2e.ts` asks again.
 */
const CERTAIN: readonly (readonly [RegExp, string])[] = [
  [/^BAD_INDENT All (?:mapping|sequence) items/, "a line that is not in line with the others of its list or mapping"],
  [/^TAB_AS_INDENT/, "a tab where spaces belong"],
  [/^MULTILINE_IMPLICIT_KEY Implicit keys need/, "a key without a colon behind it, or over more than one line"],
  [/^MISSING_CHAR Implicit map keys need/, "a key without a colon behind it"],
  [/^MISSING_CHAR Sequence item without/, "an item of a list without its dash"],
  [/^MISSING_CHAR Missing , /, "an item in brackets without a comma before it"],
  [/^BLOCK_AS_IMPLICIT_KEY/, "a second key or a list on the line of a key"],
  [/^BLOCK_IN_FLOW/, "a list or mapping without brackets inside of one with brackets"],
  [/^BAD_SCALAR_START/, "a value that must stand in quotes because of its first character"],
  [/^MULTIPLE_DOCS/, "a second document"],
  [/^UNEXPECTED_TOKEN/, "something that cannot stand there"],
];

/** PyYAML takes lines of quotes and brackets that go on further left, and a comment without a space before it. */
const DOUBTFUL = "quotes or brackets that are not closed or go on too far to the left, or another form that not every parser takes";

/** By code: what PyYAML takes all the same where it stands at the place of the error. A block text at the margin; a dash alone in brackets. */
const TAKEN: ReadonlyMap<string, RegExp> = new Map([
  ["MULTILINE_IMPLICIT_KEY", /^[|>]/],
  ["BLOCK_IN_FLOW", /^-[,\]}]/],
]);

/** `&name: value`: for PyYAML the name ends before the colon, for the parser here with it, and from there on they see different things. */
const NAME_WITH_COLON = /[&*][\w-]+:/;

/** The fault that a parser's error tells of; `text` is the file. */
export function yamlFault({ code, message, pos: [at] }: YAMLParseError, text: string): YamlFault {
  const before = text
    .slice(0, at)
    .replace(/^\ufeff/, "")
    .split(/\r\n|[\n\r\x85\u2028\u2029]/);
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  const taken = TAKEN.get(code)?.test(text.slice(at)) === true || NAME_WITH_COLON.test(text);
  const known = CERTAIN.find(([pattern]) => pattern.test(`${code} ${message}`))?.[1];
  const what = taken ? undefined : known;
  return { ...place, what: what ?? DOUBTFUL, certain: what !== undefined };
}
