/** Values side by side with their schema. */

import { z } from "zod";
import { unwrapSchema } from "#lib/core/schema";

/** A value without further structure, and its schema. */
export interface Leaf {
  readonly schema: unknown;
  readonly value: unknown;
  readonly path: readonly PropertyKey[];
}

/** Every leaf of a value. Parts that do not match the schema have none. */
export function leaves(schema: unknown, value: unknown, path: readonly PropertyKey[]): Leaf[] {
  if (value === undefined || value === null) return [];
  const children = childrenOf(schema, value);
  if (!children) return [{ schema, value, path }];
  return children.flatMap((child) => leaves(child.schema, child.value, [...path, child.key]));
}

interface Child {
  readonly key: string | number;
  readonly schema: unknown;
  readonly value: unknown;
}

/** Members of an object, a record or a list; `undefined` for a leaf. */
export function childrenOf(schema: unknown, value: unknown): Child[] | undefined {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.ZodUnion) {
    const option = inner.options.find((each) => z.safeParse(each, value).success);
    return option ? childrenOf(option, value) : undefined;
  }
  if (inner instanceof z.ZodArray)
    return Array.isArray(value) ? value.map((item, key) => ({ key, schema: inner.element, value: item })) : [];
  if (typeof value !== "object" || value === null) return undefined;
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).map(([key, member]) => ({ key, schema: member, value: Reflect.get(value, key) }));
  }
  if (inner instanceof z.ZodRecord) return Object.entries(value).map(([key, member]) => ({ key, schema: inner.valueType, value: member }));
  return undefined;
}

/** Every schema without further structure below a schema. */
export function schemasBelow(schema: unknown): unknown[] {
  const inner = unwrapSchema(schema);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap(schemasBelow);
  if (inner instanceof z.ZodArray) return schemasBelow(inner.element);
  if (inner instanceof z.ZodObject) return Object.values(inner.shape).flatMap(schemasBelow);
  if (inner instanceof z.ZodRecord) return schemasBelow(inner.valueType);
  return [schema];
}
