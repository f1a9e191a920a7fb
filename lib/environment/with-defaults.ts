/** Company defaults: they apply where an environment sets nothing. */

import { z } from "zod";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { unwrapSchema } from "#lib/core/schema";
import type { Given } from "#lib/kube/props";
import type { SectionSchemas } from "./spec";

/** Defaults of a section: every key is optional; a default of a record applies to each of its entries. */
type DefaultsOf<T> = T extends z.ZodOptional<infer I> | z.ZodDefault<infer I> | z.ZodPrefault<infer I>
  ? DefaultsOf<I>
  : T extends z.ZodObject<infer S>
    ? { readonly [K in keyof S]?: DefaultsOf<S[K]> }
    : T extends z.ZodRecord<infer _K, infer V>
      ? V extends z.ZodObject | z.ZodUnion
        ? DefaultsOf<V>
        : Given<T, string>
      : T extends z.ZodUnion<infer O>
        ? DefaultsOf<O[number]>
        : Given<T, string>;

/** Company defaults by section: they apply where an environment sets nothing. */
export type Defaults = { readonly [Key in keyof SectionSchemas]?: DefaultsOf<SectionSchemas[Key]> };

/** The value, completed with `defaults`. A default of a record of objects applies to each of its entries. */
export function withDefaults(schema: unknown, value: unknown, defaults: unknown): unknown {
  const inner = unwrapSchema(schema);
  if (defaults === undefined) return value;
  if (inner instanceof z.ZodRecord && hasObjects(inner.valueType)) {
    return isJsonObject(value) ? mapValues(value, (entry) => withDefaults(inner.valueType, entry, defaults)) : value;
  }
  const given = value === undefined && inner instanceof z.ZodObject ? {} : value;
  if (given === undefined) return defaults;
  return isJsonObject(given) && isJsonObject(defaults) ? merged(inner, given, defaults) : given;
}

/** Two objects with their members merged, as far as the schema knows them; the given value where it is no object for the schema. */
function merged(schema: unknown, given: JsonObject, defaults: JsonObject): unknown {
  if (schema instanceof z.ZodRecord) return { ...defaults, ...given };
  const shape = shapeOf(schema, given, defaults);
  if (!shape) return given;
  // A default of a tagged union may have keys of its other members.
  const known = Object.keys(defaults).filter((key) => schema instanceof z.ZodObject || key in shape);
  const keys = [...new Set([...Object.keys(given), ...known])];
  return Object.fromEntries(keys.map((key) => [key, withDefaults(shape[key], given[key], defaults[key])]));
}

function hasObjects(schema: unknown): boolean {
  const inner = unwrapSchema(schema);
  return inner instanceof z.ZodObject || (inner instanceof z.ZodUnion && inner.options.every(hasObjects));
}

function mapValues(value: object, map: (entry: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, map(entry)]));
}

/** Members of an object; of a tagged union, those of the member that matches both value and defaults. */
function shapeOf(schema: unknown, value: object, defaults: object): Readonly<Record<string, unknown>> | undefined {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (!(schema instanceof z.ZodUnion)) return undefined;
  const tagged = schema.options.find(
    (option) => option instanceof z.ZodObject && takes(option, value) && takes(option, { ...value, ...defaults }),
  );
  return tagged instanceof z.ZodObject ? tagged.shape : undefined;
}

function takes({ shape }: z.ZodObject, value: object): boolean {
  return Object.entries(shape).every(
    ([key, member]) => !(member instanceof z.ZodLiteral) || member.safeParse(Reflect.get(value, key)).success,
  );
}
