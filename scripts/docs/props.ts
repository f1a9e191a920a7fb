/** Every prop of a section: one entry for each key, in tables that a reader can take in. */

import { z } from "zod";
import { unwrapSchema } from "#lib/core/schema";
import { coreSchema } from "#lib/environment/spec";
import type { SourceDocs } from "./source-docs";
import { defaultText, isNamed, tagsOf, typeText } from "./type-text";

/** One key. */
export interface Prop {
  /** Path below the table's own, such as `taskManager.slots`. */
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** Text of its `@default`. @default none */
  readonly documentedDefault?: string;
  /** Its default in the schema, where that is a plain value. @default none */
  readonly schemaDefault?: string;
  readonly text: string;
  /** Does its own comment say anything? */
  readonly isDocumented: boolean;
}

/** Props that stand in one place of the environment file. */
export interface PropTable {
  /** The place, such as `flink.clusters.<name>`. */
  readonly path: string;
  /** Member of a union that the table is about. @default the place has one form */
  readonly tag?: string;
  readonly text: string;
  readonly props: readonly Prop[];
}

/** The tables of a schema: one for its own keys, one for the entries of each record of objects, one for each form of a union. */
export function propTables(path: string, schema: unknown, docs: SourceDocs): PropTable[] {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.ZodRecord) return propTables(`${path}.<name>`, inner.valueType, innerDocs(docs));
  if (inner instanceof z.ZodUnion) {
    return tagsOf(inner).flatMap((tag, i) => {
      const option = docs.options[i];
      const [first, ...rest] = option ? propTables(path, inner.options[i], option) : [];
      return first && option
        ? [{ ...first, tag, text: [option.text, option.members.get("type")?.text].filter(Boolean).join(" ") }, ...rest]
        : [];
    });
  }
  const table = new Table(path);
  table.addMembers("", inner, docs);
  return [{ path, text: docs.text, props: table.props }, ...table.further];
}

/** Props of the keys that belong to no section. */
export function coreTable(docs: SourceDocs): PropTable[] {
  return propTables("", coreSchema, docs);
}

class Table {
  public readonly props: Prop[] = [];
  /** Tables of the records inside it. */
  public readonly further: PropTable[] = [];
  /** Where the parts of a schema are already shown. */
  private readonly shown = new Map<unknown, string>();

  public constructor(private readonly path: string) {}

  public addMembers(prefix: string, schema: unknown, docs: SourceDocs, note = ""): void {
    if (!(schema instanceof z.ZodObject)) return;
    for (const [key, member] of Object.entries(schema.shape)) {
      // The tag of a union stands in the type of the prop that holds the union.
      if (key === "type" && unwrapSchema(member) instanceof z.ZodLiteral) continue;
      this.add(`${prefix}${key}`, member, docs.members.get(key) ?? EMPTY, note);
    }
  }

  private add(name: string, schema: unknown, docs: SourceDocs, note: string): void {
    const inner = unwrapSchema(schema);
    const before = this.shown.get(inner);
    const more = before === undefined ? formTexts(inner, docs) : [`Takes what \`${before}\` takes.`];
    this.props.push(propOf(name, schema, docs, [note, docs.text, ...more].filter(Boolean).join(" ")));
    if (before !== undefined || isNamed(inner)) return;
    if (inner instanceof z.ZodRecord) this.addRecord(name, inner, docs);
    else this.addParts(name, inner, docs);
  }

  private addRecord(name: string, record: z.ZodRecord, docs: SourceDocs): void {
    const value = unwrapSchema(record.valueType);
    if (value instanceof z.ZodObject && !isNamed(value))
      this.further.push(...propTables([this.path, name].filter(Boolean).join("."), record, docs));
  }

  private addParts(name: string, schema: unknown, docs: SourceDocs): void {
    if (schema instanceof z.ZodArray) this.addParts(`${name}[]`, unwrapSchema(schema.element), docs.inner ?? EMPTY);
    else if (schema instanceof z.ZodObject) this.addMembers(`${name}.`, schema, docs);
    else if (schema instanceof z.ZodUnion) this.addForms(name, schema, docs);
    if (schema instanceof z.ZodObject || schema instanceof z.ZodUnion) this.shown.set(schema, name);
  }

  private addForms(name: string, union: z.ZodUnion, docs: SourceDocs): void {
    const tags = tagsOf(union);
    for (const [i, option] of union.options.entries()) {
      const note = tags[i] === undefined ? "" : `With \`type: "${tags[i]}"\`:`;
      if (!isNamed(option)) this.addMembers(`${name}.`, option, docs.options[i] ?? EMPTY, note);
    }
  }
}

/** What the source says of each form of a union. */
function formTexts(schema: unknown, docs: SourceDocs): string[] {
  const tags = schema instanceof z.ZodUnion ? tagsOf(schema) : [];
  return tags.flatMap((tag, i) => {
    const text = docs.options[i]?.text ?? "";
    return text === "" ? [] : [`\`"${tag}"\`: ${text}`];
  });
}

const EMPTY: SourceDocs = { text: "", members: new Map(), options: [] };

function innerDocs(docs: SourceDocs): SourceDocs {
  return docs.inner ?? EMPTY;
}

function propOf(name: string, schema: unknown, docs: SourceDocs, text: string): Prop {
  const schemaDefault = defaultText(schema);
  return {
    name,
    type: typeText(schema),
    isRequired: schema instanceof z.ZodType && !schema.safeParse(undefined).success,
    ...(docs.default !== undefined && { documentedDefault: docs.default }),
    ...(schemaDefault !== undefined && { schemaDefault }),
    text,
    isDocumented: docs.text !== "",
  };
}
