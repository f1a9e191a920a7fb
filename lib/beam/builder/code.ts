/** A pipeline file as the TypeScript that builds it: what the code renders reads back as the same values. */

import { beamTransforms } from "#lib/imports/beam/index";
import type { BeamPipelineDocument } from "../document";
import { declaredIn } from "../expansion/levels";
import type { ValueSite } from "../node";
import { secretsOf } from "../secrets";
import { textOf } from "../shape";

/** Code, and why the file is kept as text in it. */
export interface PipelineCode {
  readonly text: string;
  /** @default the code builds the pipeline from its parts */
  readonly kept?: { readonly reason: string; readonly start: number };
}

/** Names of the builder that the code uses. */
const BUILDER = ["chain", "composite", "transform", "transforms", "verbatim"] as const;

/**
 * Writes the code of a pipeline. A value that is a secret becomes an empty text.
 *
 * @param source what the comment at the top calls the file
 */
export function pipelineCode(document: BeamPipelineDocument, source: string): PipelineCode {
  const head = `/** Written by beamstack-iac pipeline import ${source.replaceAll("*/", "")}. */\n`;
  const kept = inexpressible(document);
  if (kept || !document.root) return { text: `${head}export const pipeline = ${textCode(document.text)};\n`, ...(kept && { kept }) };
  const writer = new Writer(document);
  const body = writer.map(document.root, "", (key, site, indent) => (key === "pipeline" ? writer.graph(site, indent) : undefined));
  const used = BUILDER.filter((name) => writer.used.has(name));
  const names = ["type BeamPipelineSpec", ...used].join(", ");
  return { text: `import { ${names} } from "beamstack-iac";\n\n${head}export const pipeline: BeamPipelineSpec = ${body};\n` };
}

/** The file as a list of its lines: no character of it changes. */
function textCode(text: string): string {
  const lines = text.split("\n").map((line) => `  ${JSON.stringify(line)},\n`);
  return `[\n${lines.join("")}].join("\\n")`;
}

/** Why a file is no data: Jinja beyond single values, or keys that are no texts. */
function inexpressible({ text, form, complete, segments, values }: BeamPipelineDocument): PipelineCode["kept"] {
  const block = segments.find(({ kind }) => kind === "block" || kind === "raw");
  if (block || form !== "yaml" || !complete) return { reason: "Jinja blocks", start: block?.start ?? 0 };
  const spread = values.find(
    (site) => site.kind === "unknown" && (site.style === "block" || text.slice(site.start, site.end).includes("\n")),
  );
  if (spread) return { reason: "Jinja in a text of several lines", start: spread.start };
  const tagged = values.find(({ start }) =>
    /!\S*\s+$/.test(
      text
        .slice(Math.max(0, start - 40), start)
        .split("\n")
        .at(-1) ?? "",
    ),
  );
  if (tagged) return { reason: "a YAML tag", start: tagged.start };
  const odd = values.flatMap((site) => [...site.keys].filter(([key, start]) => !isTextKey(text, key, start)).map(([, start]) => start));
  return odd[0] === undefined ? undefined : { reason: "a key that is no text", start: odd[0] };
}

/** A quoted key, or a plain one that every YAML reads as a text. Merge keys are values by now. */
function isTextKey(text: string, key: string, start: number): boolean {
  if (key === "<<" || /^["']/.test(text.slice(start, start + 1))) return true;
  return text.startsWith(key, start) && !key.includes("{{") && !/^(?:[-+.\d]|(?:true|false|yes|no|on|off|null|~)$)/i.test(key);
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

type Special = (key: string, site: ValueSite, indent: string) => string | undefined;

class Writer {
  public readonly used = new Set<string>();
  private readonly declared: ReadonlySet<string>;
  /** Where secrets stand: code holds none, so that a binding gives them. */
  private readonly secrets: ReadonlySet<number>;

  public constructor(private readonly document: BeamPipelineDocument) {
    this.declared = declaredIn(document);
    this.secrets = new Set(secretsOf(document).flatMap(({ state, start }) => (state === "clear" ? [start] : [])));
  }

  /** A mapping; `special` writes some of its values another way. */
  public map(site: ValueSite, indent: string, special: Special = () => undefined): string {
    return this.entries(site, { indent, special, without: [] });
  }

  private entries(
    site: ValueSite,
    how: { readonly indent: string; readonly special: Special; readonly without: readonly string[] },
  ): string {
    const inner = `${how.indent}  `;
    const lines = [...site.entries]
      .filter(([key]) => !how.without.includes(key))
      .map(([key, value]) => `${inner}${keyCode(key)}: ${how.special(key, value, inner) ?? this.value(value, inner)},\n`);
    return lines.length === 0 ? "{}" : `{\n${lines.join("")}${how.indent}}`;
  }

  /** What runs: its transforms are calls of their functions. */
  public graph(site: ValueSite, indent: string): string {
    return this.map(site, indent, (key, value, inner) => this.held(key, value, inner));
  }

  private held(key: string, value: ValueSite, indent: string): string | undefined {
    if (["transforms", "extra_transforms"].includes(key) && value.kind === "list")
      return this.list(value, indent, (each, at) => this.step(each, at));
    return ["source", "sink"].includes(key) && value.kind === "map" ? this.step(value, indent) : undefined;
  }

  private list({ items }: ValueSite, indent: string, one: (site: ValueSite, indent: string) => string): string {
    const inner = `${indent}  `;
    return items.length === 0 ? "[]" : `[\n${items.map((each) => `${inner}${one(each, inner)},\n`).join("")}${indent}]`;
  }

  private step(site: ValueSite, indent: string): string {
    const type = textOf(site.entries.get("type"));
    if (type === undefined || !isCall(site)) return this.graph(site, indent);
    if (type === "chain" || type === "composite") return this.call(site, { name: type, first: "transforms", indent });
    const own = !this.declared.has(type) && (Object.hasOwn(beamTransforms, type) || Object.hasOwn(beamTransforms, `${type}-generic`));
    this.used.add(own ? "transforms" : "transform");
    return this.call(site, {
      name: own ? `transforms.${type}` : "transform",
      first: "config",
      lead: own ? [] : [JSON.stringify(type)],
      indent,
    });
  }

  private call(
    site: ValueSite,
    {
      name,
      first,
      lead = [],
      indent,
    }: { readonly name: string; readonly first: string; readonly lead?: readonly string[]; readonly indent: string },
  ): string {
    if (!name.includes(".")) this.used.add(name);
    const held = site.entries.get(first);
    const options = this.entries(site, { indent, special: () => undefined, without: ["type", first] });
    const argument = held ? (this.held(first, held, indent) ?? this.value(held, indent)) : undefined;
    const tail =
      options === "{}" ? (argument === undefined ? [] : [argument]) : [argument ?? (first === "config" ? "undefined" : "[]"), options];
    return `${name}(${[...lead, ...tail].join(", ")})`;
  }

  private value(site: ValueSite, indent: string): string {
    if (site.kind === "map") return this.map(site, indent);
    if (site.kind === "list") return this.list(site, indent, (each, inner) => this.value(each, inner));
    return this.scalar(site);
  }

  /** A form that JSON lacks, such as a date, stays as it is written. */
  private scalar({ kind, scalar, style, start, end }: ValueSite): string {
    if (this.secrets.has(start)) return '""';
    const own = this.document.text.slice(start, end);
    if (kind !== "unknown" && (style !== "plain" || isSameInJson(scalar, own))) return JSON.stringify(scalar ?? null);
    this.used.add("verbatim");
    return `verbatim(${JSON.stringify(own)})`;
  }
}

function isSameInJson(scalar: unknown, own: string): boolean {
  if (typeof scalar === "string") return scalar === own || own.includes("\n");
  return typeof scalar !== "number" || JSON.stringify(scalar) === own;
}

/** Has the transform only what its function takes? An input with the key `type` would be taken for a transform. */
function isCall({ kind, entries }: ValueSite): boolean {
  const known = ["type", "config", "transforms", ...OPTIONS];
  const named = !entries.has("name") || textOf(entries.get("name")) !== undefined;
  const tagged = ["input", "output"].some((key) => entries.get(key)?.entries.has("type"));
  return kind === "map" && named && !tagged && [...entries.keys()].every((key) => known.includes(key));
}

const OPTIONS = ["name", "input", "output", "windowing", "resource_hints"];

function keyCode(key: string): string {
  return IDENTIFIER.test(key) && key !== "__proto__" ? key : JSON.stringify(key);
}
