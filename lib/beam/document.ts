/** A Beam YAML file as it is: its text, and where in the text each value stands. Nothing is normalised, so nothing is lost. */

import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from "yaml";
import type { JsonValue } from "#lib/core/json";
import { hasJinja, maskJinja } from "./jinja";
import { type YamlFault, yamlFault } from "./yaml-fault";

/** Keys and list positions, outermost first. */
export type ValuePath = readonly (string | number)[];

/** One value of the file. */
export interface ValueSite {
  readonly path: ValuePath;
  /** A scalar's value; `undefined` for lists and objects. */
  readonly scalar: JsonValue | undefined;
  /** Position of its first character in the text. */
  readonly start: number;
  /** Position after its last character. */
  readonly end: number;
}

/** One transform of the file, at any depth. */
export interface TransformSite {
  readonly path: ValuePath;
  readonly type: string;
  /** Its `name`, else its type: what other transforms and bindings call it. */
  readonly name: string;
}

/** One entry of `providers`. */
interface ProviderSite {
  readonly path: ValuePath;
  /** Absent for an entry that includes another file. */
  readonly type: string | undefined;
  /** Names of the transforms it declares, with what they stand for where that is a text. */
  readonly transforms: Readonly<Record<string, string>>;
  /** Python packages it asks for. */
  readonly packages: boolean;
}

/** A pipeline file. */
export interface BeamPipelineDocument {
  /** The file, byte for byte. */
  readonly text: string;
  /** `template`: cannot be read as YAML, at least before Jinja has rendered it; kept as text, nothing is known of its values. */
  readonly form: "yaml" | "template";
  /** Why it cannot be read as YAML; absent where it can, and where Jinja may make YAML of it. */
  readonly fault?: YamlFault;
  /** Does it hold Jinja? */
  readonly jinja: boolean;
  readonly values: readonly ValueSite[];
  readonly transforms: readonly TransformSite[];
  readonly providers: readonly ProviderSite[];
}

/** Reads a pipeline file. Never fails: what cannot be read is kept as text. */
export function readDocument(text: string): BeamPipelineDocument {
  const read = READ.get(text) ?? documentOf(text);
  READ.set(text, read);
  const [oldest] = READ.keys();
  if (READ.size > MOST_READ && oldest !== undefined) READ.delete(oldest);
  return read;
}

function documentOf(text: string): BeamPipelineDocument {
  const jinja = hasJinja(text);
  const document = parseYaml(jinja ? maskJinja(text) : text);
  const [error] = document.errors;
  const unread = { text, jinja, values: [], transforms: [], providers: [] };
  if (error) return { ...unread, form: "template", ...(!jinja && { fault: yamlFault(error, text) }) };
  // What is no mapping now may be one once Jinja has run.
  if (!isMap(document.contents)) return { ...unread, form: jinja ? "template" : "yaml" };
  const values = valuesOf(document);
  const index = new Map(values.map((site) => [keyOf(site.path), site]));
  return { text, form: "yaml", jinja, values, transforms: transformsOf(values, index), providers: providersOf(values, index) };
}

/** First value at each path, by the values of a document: a search through all of them for each question would take quadratic time. */
const FIRST_SITES = new WeakMap<readonly ValueSite[], ReadonlyMap<string, ValueSite>>();

/** The value at `path`, if the file has one. */
export function siteAt({ values }: BeamPipelineDocument, path: ValuePath): ValueSite | undefined {
  const known = FIRST_SITES.get(values);
  // Later entries of a Map win: of two values at one path the first one counts.
  const sites = known ?? new Map(values.toReversed().map((site) => [keyOf(site.path), site]));
  if (!known) FIRST_SITES.set(values, sites);
  return sites.get(keyOf(path));
}

/** A path as one text. No key of Beam has the character between its steps. */
export function keyOf(path: ValuePath): string {
  return path.join("\u0000");
}

/** Does `path` lead to something inside of what is at `above`? */
export function isBelow(path: ValuePath, above: ValuePath): boolean {
  return path.length > above.length && above.every((step, depth) => String(step) === String(path[depth]));
}

/** Texts and what was read of them: pipelines of an environment often share a file. The oldest goes when there are too many. */
const READ = new Map<string, BeamPipelineDocument>();
const MOST_READ = 64;

/** Files larger than this, or with more aliases than YAML's own limit, are left to Beam. */
const MAX_ALIASES = 100;

/**
 * The text as the parser here must see it to see what Beam sees; positions stay. YAML 1.1, and with it PyYAML, breaks lines at five
 * characters, the parser here at one. It counts a byte order mark as indentation. Beam drops comments before the first line, whatever
 * space they are indented by.
 */
function asBeamReads(text: string): string {
  const lines = text.replace(/^\ufeff|\r(?!\n)|[\x85\u2028\u2029]/g, "\n");
  return lines.replace(/^(?:[^\S\n]*(?:#.*)?\n)+/, (leading) => leading.replace(/[^\r\n]/g, " "));
}

/** YAML 1.1 with merge keys is what PyYAML reads; duplicate keys it takes silently. */
function parseYaml(text: string) {
  return parseDocument(asBeamReads(text), { version: "1.1", merge: true, uniqueKeys: false, prettyErrors: false });
}

function valuesOf(document: Document): ValueSite[] {
  const reader = new Reader(document);
  reader.visit(document.contents, []);
  return reader.sites;
}

class Reader {
  public readonly sites: ValueSite[] = [];
  private aliases = 0;

  public constructor(private readonly document: Document) {}

  public visit(node: unknown, path: ValuePath): void {
    if (isAlias(node)) this.follow(node, path);
    else if (isMap(node)) {
      this.add(node, path, undefined);
      for (const pair of node.items) this.visitPair(pair, path);
    } else if (isSeq(node)) {
      this.add(node, path, undefined);
      for (const [at, item] of node.items.entries()) this.visit(item, [...path, at]);
    } else if (isScalar(node)) this.add(node, path, scalarOf(node.value));
  }

  /** Aliases are resolved, so that a secret that is written once and used twice is found in both places. */
  private follow(alias: Alias, path: ValuePath): void {
    if (this.aliases++ < MAX_ALIASES) this.visit(alias.resolve(this.document), path);
  }

  private visitPair({ key, value }: Pair, path: ValuePath): void {
    const name = isScalar(key) ? keyText(key.value) : undefined;
    if (name === "<<") this.visit(value, path);
    else if (name !== undefined) this.visit(value, [...path, name]);
  }

  private add(node: Node, path: ValuePath, scalar: JsonValue | undefined): void {
    if (node.range) this.sites.push({ path, scalar, start: node.range[0], end: node.range[1] });
  }
}

/** The parser represents a merge key as a symbol; its description is the text. */
function keyText(key: unknown): string {
  return typeof key === "symbol" ? (key.description ?? "") : String(key);
}

function scalarOf(value: unknown): JsonValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null) return value;
  return String(value);
}

/** Keys below which Beam looks for transforms. */
const HOLDERS = new Set(["pipeline", "transforms", "extra_transforms", "source", "sink", "body"]);

function transformsOf(values: readonly ValueSite[], index: ReadonlyMap<string, ValueSite>): TransformSite[] {
  return values.flatMap((site) => {
    if (site.path.at(-1) !== "type" || typeof site.scalar !== "string") return [];
    const path = site.path.slice(0, -1);
    if (!isTransformPath(path)) return [];
    const name = index.get(keyOf([...path, "name"]))?.scalar;
    return [{ path, type: site.scalar, name: typeof name === "string" ? name : site.scalar }];
  });
}

/** `pipeline.transforms[0]`, `pipeline.source`, `providers[0].transforms.Mine.body.transforms[1]`; not what stands in a config. */
function isTransformPath(path: ValuePath): boolean {
  const inPipeline = path[0] === "pipeline" && path.slice(1).every((step) => typeof step === "number" || HOLDERS.has(step));
  const body = path.indexOf("body");
  const inBody = path[0] === "providers" && body > 0 && path.slice(body).every((step) => typeof step === "number" || HOLDERS.has(step));
  return (inPipeline && path.length > 1) || (inBody && path.length > body + 1) || (inBody && path.length === body + 1);
}

function providersOf(values: readonly ValueSite[], index: ReadonlyMap<string, ValueSite>): ProviderSite[] {
  return values
    .filter((site) => site.path.length === 2 && site.path[0] === "providers")
    .map(({ path }) => {
      const type = index.get(keyOf([...path, "type"]))?.scalar;
      return {
        path,
        type: typeof type === "string" ? type : undefined,
        transforms: declaredBy(values, path),
        packages: index.has(keyOf([...path, "config", "packages"])),
      };
    });
}

function declaredBy(values: readonly ValueSite[], provider: ValuePath): Record<string, string> {
  const transforms = [...provider, "transforms"];
  const declared = values.filter((site) => site.path.length === provider.length + 2 && isBelow(site.path, transforms));
  return Object.fromEntries(declared.map((site) => [String(site.path.at(-1)), typeof site.scalar === "string" ? site.scalar : ""]));
}
