/**
 * A Beam YAML file as it is: its text, its values and where each stands. Nothing is normalised, so nothing is lost. Beam's own order
 * holds: Jinja first, then YAML, then the pipeline's schema.
 */

import { isMap, parseDocument } from "yaml";
import { type ReadNodes, readNodes, type ValuePath, type ValueSite } from "./node";
import { placesOf } from "./place";
import { type PipelineShape, pipelineShape } from "./shape";
import { hasJinja, leadingComments, type Segment, segmentsOf } from "./template";
import { type YamlFault, yamlFault } from "./yaml-fault";

/** A pipeline file. */
export interface BeamPipelineDocument extends PipelineShape {
  /** The file, byte for byte. */
  readonly text: string;
  /** `template`: cannot be read as YAML, at least before Jinja has rendered it; of its values only those of macros are known. */
  readonly form: "yaml" | "template";
  /** Why it cannot be read as YAML; absent where it can, and where Jinja may make YAML of it. */
  readonly fault?: YamlFault;
  /** Does it hold Jinja? */
  readonly jinja: boolean;
  /** Every piece of Jinja. */
  readonly segments: readonly Segment[];
  /** Are all of its values there as they stand? Loops, conditions and included files may add, repeat or drop some. */
  readonly complete: boolean;
  readonly root: ValueSite | undefined;
  /** Every value, those in macros too. */
  readonly values: readonly ValueSite[];
  readonly refused: ReadNodes["refused"];
  readonly doubled: ReadNodes["doubled"];
  /** Ranges of which nothing is known. */
  readonly unread: readonly { readonly start: number; readonly end: number }[];
}

/** Reads a pipeline file. Never fails: what cannot be read is kept as text. */
export function readDocument(text: string): BeamPipelineDocument {
  const read = READ.get(text) ?? documentOf(text);
  READ.set(text, read);
  const [oldest] = READ.keys();
  if (READ.size > MOST_READ && oldest !== undefined) READ.delete(oldest);
  return read;
}

/** Texts and what was read of them: pipelines of an environment often share a file. The oldest goes when there are too many. */
const READ = new Map<string, BeamPipelineDocument>();
const MOST_READ = 64;

function documentOf(text: string): BeamPipelineDocument {
  const jinja = hasJinja(text);
  const segments = jinja ? segmentsOf(text) : [];
  const macros = macrosOf(text, segments);
  const fragments = macros.map((macro) => ({ macro, values: fragmentOf(text, segments, macro) }));
  const inMacros = fragments.flatMap(({ values }) => values ?? []);
  const unread = fragments.flatMap(({ macro, values }) => (values ? [] : [macro]));
  const around = macros.map(({ start, end }) => ({ kind: "comment" as const, start, end }));
  const main = parse(text, [...segments, ...around]);
  const complete = segments.every((segment) => isSimple(text, segment)) && !main.filled;
  const base = { text, jinja, segments, complete, unread };
  const { nodes } = main;
  if (!nodes) {
    const empty = { root: undefined, values: inMacros, refused: [], doubled: [] };
    const whole = [{ start: leadingComments(text), end: text.length }];
    return {
      ...base,
      ...empty,
      unread: whole,
      ...pipelineShape(undefined),
      form: "template",
      ...(main.fault && !jinja && { fault: main.fault }),
    };
  }
  const values = inMacros.length > 0 ? [...nodes.values, ...inMacros] : nodes.values;
  const form = nodes.root?.kind === "map" || !jinja ? "yaml" : "template";
  return { ...base, ...nodes, values, ...pipelineShape(nodes.root), form };
}

/** A block without effect on which values there are. */
function isSimple(text: string, { kind, start, end }: Segment): boolean {
  return kind !== "block" || /^\{%[-+]?\s*(?:set\s+\w+\s*=|(?:end)?macro\b)/.test(text.slice(start, end));
}

interface Parsed {
  /** Absent for what is no YAML. */
  readonly nodes?: ReadNodes;
  readonly fault?: YamlFault;
  /** Were expressions that stand on lines of their own taken for values that are still to come? */
  readonly filled?: boolean;
}

/** With expressions as scalars; else, where some stand on lines of their own, without those: what they make may be any number of values. */
function parse(text: string, segments: readonly Segment[]): Parsed {
  const first = parseYaml(asYaml(text, segments));
  if (first.errors.length === 0) return { nodes: readNodes(first, { text, made: madeBy(segments) }) };
  const alone = segments.map((segment) => (standsAlone(text, segment) ? { ...segment, kind: "block" as const } : segment));
  const second = segments.length > 0 ? parseYaml(asYaml(text, alone)) : first;
  if (second.errors.length === 0 && isMap(second.contents))
    return { nodes: readNodes(second, { text, made: madeBy(segments) }), filled: true };
  const [error] = first.errors;
  return error ? { fault: yamlFault(error, text) } : {};
}

function standsAlone(text: string, { kind, start, end }: Segment): boolean {
  return (
    kind === "expression" &&
    /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, start - 200), start)) &&
    /^[ \t]*(?:\r?\n|$)/.test(text.slice(end, end + 200))
  );
}

/** YAML 1.1 with merge keys is what PyYAML reads; duplicate keys it takes silently. */
function parseYaml(text: string) {
  return parseDocument(text, { version: "1.1", merge: true, uniqueKeys: false, prettyErrors: false, logLevel: "error" });
}

/** Holds the place of an expression while the parser runs: a scalar over it is unknown, whatever its text. */
const HOLE = "\ue000";

/**
 * The text as the parser here must see it to see what Beam sees; positions stay. Blocks and comments of Jinja leave nothing. YAML 1.1,
 * and with it PyYAML, breaks lines at five characters, the parser here at one. It counts a byte order mark as indentation. Beam drops
 * comments before the first line, whatever space they are indented by.
 */
function asYaml(text: string, segments: readonly Segment[]): string {
  const from = leadingComments(text);
  let result = text
    .slice(0, from)
    .replace(/^\ufeff/, "\n")
    .replace(/[^\r\n]/g, " ");
  let at = from;
  for (const { kind, start, end } of [...segments].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < at) continue;
    const own = text.slice(start, end);
    const filled = kind === "expression" ? own.replace(/[^\r\n]/g, HOLE) : kind === "raw" ? withoutMarks(own) : blank(own);
    result += text.slice(at, start) + filled;
    at = end;
  }
  return (result + text.slice(at)).replace(/^\ufeff|\r(?!\n)|[\x85\u2028\u2029]/g, "\n");
}

function withoutMarks(raw: string): string {
  return raw.replace(/^\{%[^%]*%\}|\{%[^%]*%\}$/g, blank);
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}

function madeBy(segments: readonly Segment[]): (start: number, end: number) => boolean {
  const making = segments.filter(({ kind }) => kind === "expression" || kind === "block");
  return (start, end) => {
    // The first piece that ends behind the start: the pieces are in order and do not overlap.
    let [low, high] = [0, making.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((making[middle]?.end ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    const next = making[low];
    return next !== undefined && next.start < end;
  };
}

interface Macro {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Bodies of macros: pieces of YAML of their own, whose place in the pipeline is told by their calls. */
function macrosOf(text: string, segments: readonly Segment[]): Macro[] {
  const blocks = segments.filter(({ kind }) => kind === "block");
  return blocks.flatMap((block, at) => {
    const name = /^\{%[-+]?\s*macro\s+(\w+)/.exec(text.slice(block.start, block.end))?.[1];
    const end =
      name === undefined ? undefined : blocks.slice(at).find((other) => /^\{%[-+]?\s*endmacro/.test(text.slice(other.start, other.end)));
    return name !== undefined && end ? [{ name, start: block.end, end: end.start }] : [];
  });
}

function fragmentOf(text: string, segments: readonly Segment[], { name, start, end }: Macro): readonly ValueSite[] | undefined {
  const inside = segments.filter((segment) => segment.start >= start && segment.end <= end);
  const padded = text.slice(0, start).replace(/[^\r\n]/g, " ") + text.slice(start, end);
  const { nodes } = parse(padded, inside);
  return nodes?.values.map((site) => ({ ...site, path: [`macro ${name}`, ...site.path] }));
}

/** The value at `path`, if the file has one. */
export function siteAt({ root }: Pick<BeamPipelineDocument, "root">, path: ValuePath): ValueSite | undefined {
  return path.reduce<ValueSite | undefined>((site, step) => (typeof step === "number" ? site?.items[step] : site?.entries.get(step)), root);
}

/** A path as one text. No key of Beam has the character between its steps. */
export function keyOf(path: ValuePath): string {
  return path.join("\u0000");
}

/** Does `path` lead to something inside of what is at `above`? */
export function isBelow(path: ValuePath, above: ValuePath): boolean {
  return path.length > above.length && above.every((step, depth) => String(step) === String(path[depth]));
}

/** Where a position of the file is. */
export function placeIn(document: Pick<BeamPipelineDocument, "text">, position: number) {
  const known = PLACES.get(document) ?? placesOf(document.text);
  PLACES.set(document, known);
  return known(position);
}

const PLACES = new WeakMap<object, ReturnType<typeof placesOf>>();
