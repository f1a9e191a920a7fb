/** Jinja in Beam YAML: where it stands, what is literal in it, and which names it needs. Beam renders the whole file before it reads YAML. */

/** One piece of Jinja. */
export interface Segment {
  readonly kind: "expression" | "block" | "comment" | "raw";
  readonly start: number;
  /** Position after its last character. */
  readonly end: number;
}

/** A text in quotes inside of Jinja. */
export interface JinjaLiteral {
  /** Position of its opening quote. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Variable that `{% set %}` gives it to. @default none: it is an alternative of an expression */
  readonly variable?: string;
}

/** A name that a file needs from outside. */
export interface JinjaName {
  readonly name: string;
  readonly start: number;
}

const STRING = `"(?:\\\\.|[^"\\\\])*"|'(?:\\\\.|[^'\\\\])*'`;
const SEGMENT = new RegExp(
  [
    "(?<comment>\\{#[\\s\\S]*?#\\})",
    "(?<raw>\\{%[-+]?\\s*raw\\s*[-+]?%\\}[\\s\\S]*?\\{%[-+]?\\s*endraw\\s*[-+]?%\\})",
    `(?<block>\\{%(?:${STRING}|(?!%\\})[\\s\\S])*%\\})`,
    `(?<expression>\\{\\{(?:${STRING}|(?!\\}\\})[\\s\\S])*\\}\\})`,
  ].join("|"),
  "g",
);

/** Every piece of Jinja, in order. Beam drops comments before the first line, and what looks like Jinja in them. */
export function segmentsOf(text: string): Segment[] {
  const from = leadingComments(text);
  return [...text.slice(from).matchAll(SEGMENT)].map((found) => {
    const kind = (["comment", "raw", "block", "expression"] as const).find((name) => found.groups?.[name] !== undefined) ?? "comment";
    return { kind, start: from + found.index, end: from + found.index + found[0].length };
  });
}

/** Length of the comments and empty lines before the first line. */
export function leadingComments(text: string): number {
  return /^\ufeff?(?:[^\S\n\r]*(?:#[^\n\r\x85\u2028\u2029]*)?(?:\r\n|[\n\r\x85\u2028\u2029]))*/.exec(text)?.[0].length ?? 0;
}

/** Does the text hold anything that Jinja would act on? */
export function hasJinja(text: string): boolean {
  return /\{[{%#]/.test(text.slice(leadingComments(text)));
}

/** Can the template include other files? Then the rendered text is unknown. */
export function includesOtherFiles(text: string): boolean {
  return /\{%[-+]?\s*(?:include|import|from|extends)\b/.test(text);
}

/** A literal text as a template that renders to it. */
export function escapeJinja(text: string): string {
  // A quoted string inside an expression: the one form that needs no block of its own and survives JSON quoting.
  return text.replace(/\{(?=[{%#])/g, "{{ '{' }}");
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly kind: "name" | "string" | "other";
}

const TOKEN = new RegExp(`(?<string>${STRING})|(?<name>[A-Za-z_]\\w*)|(?<other>==|!=|<=|>=|\\*\\*|\\/\\/|\\d[\\w.]*|[^\\s\\w])`, "g");

/** Tokens of a segment without its delimiters. */
function tokensOf(text: string, { start, end }: Segment): Token[] {
  const inner = text.slice(start + 2, end - 2).replace(/^[-+]|[-+]$/g, " ");
  return [...inner.matchAll(TOKEN)].map((found) => ({
    text: found[0],
    start: start + 2 + found.index,
    kind: found.groups?.["string"] !== undefined ? "string" : found.groups?.["name"] !== undefined ? "name" : "other",
  }));
}

/** Texts that an expression may come to, and those that `{% set %}` gives to a variable. Keys, arguments and comparisons are none. */
export function literalsOf(text: string, segment: Segment): JinjaLiteral[] {
  const tokens = tokensOf(text, segment);
  const set = segment.kind === "block" && tokens[0]?.text === "set" ? tokens[1]?.text : undefined;
  return tokens.flatMap((token, at) => {
    if (token.kind !== "string" || !isAlternative(tokens, at, set !== undefined)) return [];
    const literal = { start: token.start, end: token.start + token.text.length, text: unescaped(token.text) };
    return [set === undefined ? literal : { ...literal, variable: set }];
  });
}

function isAlternative(tokens: readonly Token[], at: number, inSet: boolean): boolean {
  const before = tokens[at - 1]?.text ?? "";
  const after = tokens[at + 1]?.text ?? "";
  if (["==", "!=", "in", "]"].includes(after) || ["==", "!=", "[", "in"].includes(before)) return false;
  if (before === "(") return ["default", "d"].includes(tokens[at - 2]?.text ?? "") || after === "if" || after === "or";
  return before === "" || ["or", "else", "~", "+"].includes(before) || (inSet && before === "=" && at === 3) || after === "~";
}

function unescaped(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/g, (_all, char: string) => ({ n: "\n", t: "\t", r: "\r" })[char] ?? char);
}

/** Names used inside of a segment. */
export function namesIn(text: string, segment: Segment): string[] {
  return usedNames(tokensOf(text, segment)).map(({ name }) => name);
}

/** What Jinja and Beam bring themselves. Sources: Jinja 3.1 template designer documentation; Beam 2.77, yaml_transform.py `expand_jinja`. */
const GLOBALS = new Set([
  "range",
  "dict",
  "lipsum",
  "cycler",
  "joiner",
  "namespace",
  "loop",
  "self",
  "super",
  "caller",
  "varargs",
  "kwargs",
]);
const WORDS = new Set(
  "and or not in is if else elif true false none True False None datetime recursive as with without context import ignore missing".split(
    " ",
  ),
);
const TAGS = new Set("if elif for set include import from extends macro call filter with block do autoescape raw".split(" "));

/** Names that the file uses and nobody in it defines: Beam refuses a file where one has no value. */
export function undefinedNames(text: string, segments: readonly Segment[]): JinjaName[] {
  const defined = new Set<string>();
  const used: JinjaName[] = [];
  for (const segment of segments) {
    if (segment.kind !== "block" && segment.kind !== "expression") continue;
    const tokens = tokensOf(text, segment);
    for (const name of definedBy(segment, tokens)) defined.add(name);
    used.push(...usedNames(segment.kind === "block" ? bodyOf(tokens) : tokens));
  }
  const seen = new Set<string>();
  return used.filter(({ name }) => !defined.has(name) && !seen.has(name) && Boolean(seen.add(name)));
}

function bodyOf(tokens: readonly Token[]): readonly Token[] {
  const [first] = tokens;
  if (first?.text === "filter") return tokens.slice(2);
  return first && TAGS.has(first.text) ? tokens.slice(1) : first?.text.startsWith("end") ? [] : tokens;
}

/** Names that a block defines for what follows it. */
function definedBy({ kind }: Segment, tokens: readonly Token[]): string[] {
  if (kind !== "block") return [];
  const names = (part: readonly Token[]) => part.filter((token) => token.kind === "name").map((token) => token.text);
  const upTo = (text: string) => {
    const at = tokens.findIndex((token) => token.text === text);
    return names(tokens.slice(1, at < 0 ? undefined : at));
  };
  if (tokens[0]?.text === "set" || tokens[0]?.text === "with") return upTo("=");
  if (tokens[0]?.text === "for") return upTo("in");
  return ["macro", "call", "import", "from", "block"].includes(tokens[0]?.text ?? "") ? names(tokens.slice(1)) : [];
}

function usedNames(tokens: readonly Token[]): JinjaName[] {
  const used = tokens.filter(
    (token, at) => token.kind === "name" && !WORDS.has(token.text) && !GLOBALS.has(token.text) && isVariable(tokens, at),
  );
  return used.map(({ text, start }) => ({ name: text, start }));
}

/** Not an attribute, a filter, a test, a keyword argument, or a name that is asked for or has a default. */
function isVariable(tokens: readonly Token[], at: number): boolean {
  const next = (by: number) => tokens[at + by]?.text ?? "";
  if ([".", "|", "is"].includes(next(-1)) || (next(-1) === "not" && next(-2) === "is") || next(1) === "=") return false;
  if (next(1) === "is") return next(2) !== "defined" && next(3) !== "defined";
  return !(next(1) === "|" && ["default", "d"].includes(next(2)));
}
