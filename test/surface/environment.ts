/** The environment file as a surface: every key with what it takes. */

import { z } from "zod";
import { catalog } from "#lib/components/registry";
import { durationSchema, sizeSchema, unwrapSchema } from "#lib/core/schema";
import { coreSchema } from "#lib/environment/spec";
import { roleOf } from "#lib/kube/props";
import type { Surface } from "./entry";

/** Every key by its path; `*` stands for any name. */
export function environmentSurface(): Surface {
  return new Map([
    ...Object.entries(coreSchema.shape).flatMap(([key, schema]) => entries(schema, key)),
    // Every section may be left out.
    ...catalog.flatMap(({ key, schema }) => entries(schema.optional(), key)),
  ]);
}

function entries(schema: unknown, path: string): [string, string][] {
  const inner = unwrapSchema(schema);
  const own: [string, string] = [path, [typeText(inner), ...presence(schema)].join("\n")];
  if (inner instanceof z.ZodObject)
    return [own, ...Object.entries(inner.shape).flatMap(([key, member]) => entries(member, `${path}.${key}`))];
  if (inner instanceof z.ZodRecord) return [own, ...entries(inner.valueType, `${path}.*`)];
  if (inner instanceof z.ZodArray) return [own, ...entries(inner.element, `${path}[]`)];
  if (inner instanceof z.ZodUnion) return [own, ...inner.options.flatMap((option) => entries(option, `${path}${tagOf(option)}`))];
  return [own];
}

/** Members of a union are told apart by their tag, else by what they are. */
function tagOf(option: unknown): string {
  const inner = unwrapSchema(option);
  const tags = inner instanceof z.ZodObject ? Object.entries(inner.shape).filter(([, member]) => member instanceof z.ZodLiteral) : [];
  const texts = tags.map(([key, member]) => `${key}=${[...(member as z.ZodLiteral).values].join("|")}`);
  return `[${texts.length > 0 ? texts.join() : typeText(inner)}]`;
}

function typeText(inner: unknown): string {
  const role = roleOf(inner);
  if (role !== undefined) return `name of a ${role}`;
  if (inner === sizeSchema) return "Size";
  if (inner === durationSchema) return "Duration";
  if (inner instanceof z.ZodObject) return "object";
  if (inner instanceof z.ZodRecord) return "map";
  if (inner instanceof z.ZodArray) return "list";
  if (inner instanceof z.ZodUnion) return "one of";
  const { $schema: _, ...text } = z.toJSONSchema(inner as z.ZodType, { unrepresentable: "any", io: "input" });
  return JSON.stringify(text);
}

function presence(schema: unknown): string[] {
  if (!(schema instanceof z.ZodType)) return [];
  const found = schema.safeParse(undefined);
  if (!found.success) return ["required"];
  return found.data === undefined || typeof found.data === "object" ? defaultObject(found.data) : [`default ${String(found.data)}`];
}

/** Sizes and durations have a text of their own; what is filled in below an object stands there. */
function defaultObject(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const text = String(value);
  return text.startsWith("[object") || text === "" ? [] : [`default ${text}`];
}
