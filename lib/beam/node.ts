/** Values of a parsed file with their places. A value that Jinja makes is unknown: nothing stands for it, and nobody judges it. */

import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from "yaml";
import type { JsonValue } from "#lib/core/json";
import type { YamlFault } from "./yaml-fault";

/** Keys and list positions, outermost first. */
export type ValuePath = readonly (string | number)[];

/** One value of the file. */
export interface ValueSite {
  readonly path: ValuePath;
  /** `unknown`: a scalar that Jinja makes, in part or as a whole. */
  readonly kind: "scalar" | "unknown" | "list" | "map";
  /** A known scalar's value; `undefined` for all others. */
  readonly scalar: JsonValue | undefined;
  /** Position of its first character in the text. */
  readonly start: number;
  /** Position after its last character. */
  readonly end: number;
  readonly style: "double" | "single" | "block" | "plain";
  /** Values by key; a key that stands twice has its last value. */
  readonly entries: ReadonlyMap<string, ValueSite>;
  readonly items: readonly ValueSite[];
  /** Positions of the keys in the text. */
  readonly keys: ReadonlyMap<string, number>;
}

/** What the walk over a document found. */
export interface ReadNodes {
  readonly root: ValueSite | undefined;
  /** Every value, those of a key that stands twice too. */
  readonly values: readonly ValueSite[];
  /** What Beam's parser refuses although it is YAML, by position. */
  readonly refused: readonly (Pick<YamlFault, "what"> & { readonly start: number })[];
  /** Keys that stand twice in one mapping. */
  readonly doubled: readonly { readonly path: ValuePath; readonly start: number }[];
}

/** How the walk tells what Jinja makes. */
export interface NodeContext {
  /** The file. */
  readonly text: string;
  /** Does Jinja make any of this range? */
  readonly made: (start: number, end: number) => boolean;
}

/** Aliases that are followed, as many as YAML's own limit: more are left to Beam. */
const MAX_ALIASES = 100;

/** Reads the values of a document. */
export function readNodes(document: Document, context: NodeContext): ReadNodes {
  const reader = new Reader(document, context);
  const root = reader.visit(document.contents, []);
  return { root, values: reader.values, refused: reader.refused, doubled: reader.doubled };
}

type Shape = Pick<ValueSite, "kind"> & Partial<Pick<ValueSite, "scalar" | "entries" | "items" | "keys" | "style">>;

class Reader {
  public readonly values: ValueSite[] = [];
  public readonly refused: { what: string; start: number }[] = [];
  public readonly doubled: { path: ValuePath; start: number }[] = [];
  private readonly anchors = new Set<string>();
  private aliases = 0;
  /** Inside of an alias every value was looked at once. */
  private repeated = 0;

  public constructor(
    private readonly document: Document,
    private readonly context: NodeContext,
  ) {}

  public visit(node: unknown, path: ValuePath): ValueSite | undefined {
    if (isAlias(node)) return this.follow(node, path);
    if (!(isMap(node) || isSeq(node) || isScalar(node))) return undefined;
    this.check(node);
    if (isMap(node)) return this.visitMap(node, path);
    if (isScalar(node)) return this.visitScalar(node, path);
    const at = this.reserve();
    const items = node.items.flatMap((item, position) => this.visit(item, [...path, position]) ?? []);
    return this.put(at, node, path, { kind: "list", items });
  }

  private visitScalar(node: Scalar, path: ValuePath): ValueSite | undefined {
    const [start = 0, end = 0] = node.range ?? [];
    const unknown = this.context.made(start, end);
    const style = STYLES[String(node.type)] ?? "plain";
    return this.put(this.reserve(), node, path, unknown ? { kind: "unknown", style } : { kind: "scalar", scalar: scalarOf(node), style });
  }

  private visitMap(node: YAMLMap, path: ValuePath): ValueSite | undefined {
    const at = this.reserve();
    const entries = new Map<string, ValueSite>();
    const keys = new Map<string, number>();
    const merged: ValueSite[] = [];
    for (const { key, value } of node.items as Pair[]) {
      const name = this.keyOf(key);
      if (name === "<<") merged.push(...sourcesOf(this.visit(value, path)));
      else if (name !== undefined) this.enter({ name, key, site: this.visit(value, [...path, name]), path }, { entries, keys });
    }
    for (const [name, site] of merged.flatMap((source) => [...source.entries]))
      if (!entries.has(name)) entries.set(name, { ...site, path: [...path, name] });
    return this.put(at, node, path, { kind: "map", entries, keys });
  }

  private enter(
    one: { readonly name: string; readonly key: unknown; readonly site: ValueSite | undefined; readonly path: ValuePath },
    into: { readonly entries: Map<string, ValueSite>; readonly keys: Map<string, number> },
  ): void {
    const start = isScalar(one.key) ? (one.key.range?.[0] ?? 0) : 0;
    if (into.keys.has(one.name) && this.repeated === 0) this.doubled.push({ path: [...one.path, one.name], start });
    into.keys.set(one.name, start);
    if (one.site) into.entries.set(one.name, one.site);
  }

  /** A key that Jinja makes is called as it is written. */
  private keyOf(key: unknown): string | undefined {
    if (!isScalar(key)) return undefined;
    const [start = 0, end = 0] = key.range ?? [];
    if (this.context.made(start, end)) return this.context.text.slice(start, end);
    // The parser represents a merge key as a symbol; its description is the text.
    return typeof key.value === "symbol" ? key.value.description : String(scalarOf(key));
  }

  /** Aliases are resolved, so that a secret that is written once and used twice is found in both places. */
  private follow(alias: Alias, path: ValuePath): ValueSite | undefined {
    if (this.aliases++ >= MAX_ALIASES) return undefined;
    const target = alias.resolve(this.document);
    if (!target) {
      const start = alias.range?.[0] ?? 0;
      this.refused.push({ what: "an alias without an anchor before it", start });
      return undefined;
    }
    this.repeated++;
    const site = this.visit(target, path);
    this.repeated--;
    return site;
  }

  /** Source: PyYAML 6, composer.py (duplicate anchor) and constructor.py of SafeLoader (unknown tag). */
  private check(node: Node & { readonly anchor?: string | undefined }): void {
    const [start = 0] = node.range ?? [];
    if (this.repeated > 0) return;
    if (node.anchor !== undefined && this.anchors.has(node.anchor))
      this.refused.push({ what: "an anchor whose name another one has", start });
    if (node.anchor !== undefined) this.anchors.add(node.anchor);
    if (node.tag !== undefined && !node.tag.startsWith("tag:yaml.org,2002:") && node.tag !== "!")
      this.refused.push({ what: "a tag that YAML does not have", start });
  }

  /** Values stand in the list in the file's order: a mapping before what is in it. */
  private reserve(): number {
    return this.values.push(NO_SITE) - 1;
  }

  private put(at: number, node: Node, path: ValuePath, shape: Shape): ValueSite {
    const [start, end] = node.range ?? [0, 0];
    const site = { scalar: undefined, style: "plain" as const, entries: NO_ENTRIES, items: [], keys: NO_KEYS, ...shape, path, start, end };
    this.values[at] = site;
    return site;
  }
}

/** What a merge key merges: a mapping, or each of a list. */
function sourcesOf(site: ValueSite | undefined): readonly ValueSite[] {
  if (!site) return [];
  return site.kind === "list" ? site.items : [site];
}

const NO_ENTRIES: ReadonlyMap<string, ValueSite> = new Map();
const NO_KEYS: ReadonlyMap<string, number> = new Map();
/** Nothing: a value that stands nowhere. */
export const NO_SITE: ValueSite = {
  path: [],
  kind: "unknown",
  scalar: undefined,
  start: 0,
  end: 0,
  style: "plain",
  entries: NO_ENTRIES,
  items: [],
  keys: NO_KEYS,
};

const STYLES: Readonly<Record<string, ValueSite["style"] | undefined>> = {
  QUOTE_DOUBLE: "double",
  QUOTE_SINGLE: "single",
  BLOCK_LITERAL: "block",
  BLOCK_FOLDED: "block",
};

/** Source: PyYAML 6, resolver.py: `y` and `n` are texts, although YAML 1.1 has them as booleans. */
function scalarOf({ value, source }: Scalar): JsonValue {
  if (typeof value === "boolean" && source !== undefined && /^[yn]$/i.test(source)) return source;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null) return value;
  return String(value);
}
