/** Checks of input from outside: zod schemas of our value types, and how paths, names and values are written. */

import { z } from "zod";
import { Duration } from "./duration";
import { isPinned, parseImage } from "./image-ref";
import { compareText } from "./order";
import { Size } from "./size";

/** A {@link Size} of a whole, positive number of bytes. */
export const sizeSchema = z.custom<Size>((value) => value instanceof Size && value.valid, {
  error: "a size such as Size.gibibytes(4): whole bytes, above zero, at most 8 PiB",
  params: { unit: "size" },
});

/** A {@link Duration} of a whole, positive number of seconds. */
export const durationSchema = z.custom<Duration>((value) => value instanceof Duration && value.valid, {
  error: "a duration such as Duration.minutes(10): whole seconds, above zero",
  params: { unit: "duration" },
});

/** An RFC 1123 label: at most 63 of a-z, 0-9 and "-", alphanumeric at both ends. */
export const labelNameSchema = z.string().regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/, {
  error: "1 to 63 of a-z, 0-9 and -, a letter or digit at both ends",
});

/** An RFC 1123 subdomain: labels with dots between them, at most 253 characters. */
export const subdomainNameSchema = z
  .string()
  .max(253)
  .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/, {
    error: "at most 253 of a-z, 0-9, - and ., a letter or digit at both ends and beside each dot",
  });

/** Name of an environment variable. */
export const variableNameSchema = z.string().regex(/^[A-Za-z_]\w*$/, { error: "a variable name of letters, digits and _" });

/** Folders of a bucket. */
export const folderSchema = z
  .string()
  .regex(/^[^\s/]+(?:\/[^\s/]+)*$/, { error: "folders such as team/flink, without blanks and without slashes at the ends" });

/** An image reference pinned by tag or digest. */
export const imageSchema = z.string().refine(
  (text) => {
    const image = parseImage(text);
    return image !== undefined && isPinned(image);
  },
  { error: "an image with a tag other than latest, or a digest" },
);

/** A reference to a key of a Secret that exists. */
export const secretRefSchema = z.strictObject({
  type: z.literal("secret-ref"),
  name: labelNameSchema,
  key: z.string().regex(/^[-._a-zA-Z0-9]{1,253}$/, { error: "1 to 253 letters, digits, -, _ and ." }),
});

/** A schema with a narrower type than it checks; rules check the rest, with better messages. */
export function typedAs<T>(schema: z.ZodType): z.ZodType<T, T> {
  return schema as z.ZodType<T, T>;
}

/** The schema inside wrappers that make it optional, give it a default or make it read-only. */
export function unwrapSchema(schema: unknown): unknown {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodReadonly;
  return isWrapped ? unwrapSchema(schema.unwrap()) : schema;
}

/** `a.b[0]` from its parts; a key that is no plain word is quoted. */
export function joinPath(base: string, parts: readonly PropertyKey[]): string {
  return parts.reduce<string>((path, part) => {
    if (typeof part === "number") return `${path}[${part}]`;
    const key = /^[\w-]+$/.test(String(part)) ? String(part) : JSON.stringify(String(part));
    return path === "" ? key : `${path}.${key}`;
  }, base);
}

/** The known word that differs least from `word`, if it differs by at most a third of its length, and not wholly. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.min(Math.max(1, Math.ceil(word.length / 3)), word.length - 1);
  const [best] = rank(word, known);
  return best && best.distance <= limit ? best.name : undefined;
}

/** Known words, least different first. */
export function rank(word: string, known: readonly string[]): { readonly name: string; readonly distance: number }[] {
  const ranked = known.map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }));
  return ranked.sort((a, b) => a.distance - b.distance || compareText(a.name, b.name));
}

/** Letters to insert, delete or replace; two neighbours in the wrong order are one mistake. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = isSwap(a, b, [i, j]) ? at(i - 2, j - 2) + 1 : replaced;
      row.push(Math.min(replaced, swapped, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(a.length, b.length);
}

function isSwap(a: string, b: string, [i, j]: readonly [number, number]): boolean {
  return i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
}

/** A value as a person would write it, cut to one short line; sizes and durations in their units. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value instanceof Size || value instanceof Duration) return value.toString();
  // JSON has no NaN and no Infinity and would write null.
  const plain = (_key: string, inner: unknown) => (typeof inner === "number" && !Number.isFinite(inner) ? String(inner) : inner);
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value, plain) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
