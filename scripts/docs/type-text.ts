/** Type and default of a schema, in the words of a table. */

import { z } from "zod";
import { Duration } from "#lib/core/duration";
import {
  durationSchema,
  imageSchema,
  labelNameSchema,
  secretRefSchema,
  sizeSchema,
  subdomainNameSchema,
  unwrapSchema,
} from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { roleOf } from "#lib/kube/props";

/** Schemas that have a name of their own. */
const NAMED: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [sizeSchema, "`Size`"],
  [durationSchema, "`Duration`"],
  [labelNameSchema, "DNS label"],
  [subdomainNameSchema, "DNS name"],
  [imageSchema, "image with tag or digest"],
  [secretRefSchema, "`secretRef(name, key)`"],
]);

/** Longest list of words that a cell still shows. */
const SHOWN_WORDS = 12;

/** A schema that is one value to its readers, although it is built of parts. */
export function isNamed(schema: unknown): boolean {
  return NAMED.has(unwrapSchema(schema));
}

/** The type of a schema. */
export function typeText(schema: unknown): string {
  const inner = unwrapSchema(schema);
  const role = roleOf(inner);
  if (role !== undefined) return `name of a ${wordsOf(role)}`;
  const name = NAMED.get(inner);
  if (name !== undefined) return name;
  if (inner instanceof z.ZodArray) return collectionText("list", "item", typeText(inner.element));
  if (inner instanceof z.ZodRecord) return collectionText("map", "value", typeText(inner.valueType));
  if (inner instanceof z.ZodObject) return "object";
  if (inner instanceof z.ZodUnion) return unionText(inner);
  return scalarText(inner);
}

/** "list of strings"; of what has no plural here, "list, each item ...". */
function collectionText(whole: string, part: string, type: string): string {
  return /^(object|string|DNS label|DNS name)$/.test(type) ? `${whole} of ${type}s` : `${whole}, each ${part} ${type}`;
}

function scalarText(schema: unknown): string {
  if (schema instanceof z.ZodNumber) return numberText(schema);
  if (schema instanceof z.ZodBoolean) return "boolean";
  if (schema instanceof z.ZodLiteral) return anyOf([...schema.values].map(code));
  if (schema instanceof z.ZodEnum) return enumText(schema.options.map(code));
  if (schema instanceof z.ZodString || schema instanceof z.ZodURL) return "string";
  if (schema instanceof z.ZodCustom) return z.safeParse(schema, undefined).error?.issues[0]?.message ?? "any value";
  return "any JSON value";
}

/** Tag and values of a discriminated union; else what its members are. */
function unionText(union: z.ZodUnion): string {
  const tags = tagsOf(union);
  return tags.length > 0 ? `object with \`type\` ${anyOf(tags.map(code))}` : anyOf([...new Set(union.options.map(typeText))]);
}

/** The first value of `type` in every member of a union, where each member has one and is shown part by part. */
export function tagsOf(union: z.ZodUnion): string[] {
  const tags = union.options.map(tagOf);
  return tags.every((tag) => tag !== undefined) && !union.options.some(isNamed) ? tags : [];
}

function tagOf(option: unknown): string | undefined {
  const literal = option instanceof z.ZodObject ? option.shape["type"] : undefined;
  return literal instanceof z.ZodLiteral ? String([...literal.values][0]) : undefined;
}

function enumText(words: readonly string[]): string {
  return words.length > SHOWN_WORDS ? `one of ${words.length} names, such as ${words[0]}` : anyOf(words);
}

function numberText(schema: z.ZodNumber): string {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = z.toJSONSchema(schema);
  const low = whole(minimum) ?? exclusiveMinimum;
  const high = whole(maximum) ?? exclusiveMaximum;
  const isOpen = exclusiveMinimum !== undefined || exclusiveMaximum !== undefined;
  if (low === undefined) return `${type}`;
  if (high === undefined) return `${type}, ${isOpen ? "above" : "at least"} ${low}`;
  return isOpen ? `${type} above ${low}, ${exclusiveMaximum === undefined ? "at most" : "below"} ${high}` : `${type}, ${low} to ${high}`;
}

/** Bounds that only say what a double can hold are no bounds. */
function whole(bound: number | undefined): number | undefined {
  return bound === undefined || Math.abs(bound) === Number.MAX_SAFE_INTEGER ? undefined : bound;
}

/** `beamRunner` as "Beam runner". */
function wordsOf(role: string): string {
  return role.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^beam/, "Beam");
}

function anyOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

/** The default of a schema as a table shows it; `undefined` where it has none, or one with parts. */
export function defaultText(schema: unknown): string | undefined {
  const byDefault = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
  if (byDefault instanceof Size) return byDefault.toString();
  if (byDefault instanceof Duration) return durationText(byDefault);
  if (Array.isArray(byDefault) && byDefault.length > 0 && byDefault.every(isPlain)) return JSON.stringify(byDefault);
  return isPlain(byDefault) ? JSON.stringify(byDefault) : undefined;
}

function isPlain(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

const DAY = 86_400;

/** In days beyond one day: `720h` is harder to read than `30d`. */
function durationText(duration: Duration): string {
  const days = duration.seconds / DAY;
  return Number.isInteger(days) && days > 1 ? `${days}d` : duration.toString();
}
