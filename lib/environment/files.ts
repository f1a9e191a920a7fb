/** Files that an environment names, such as Beam YAML: their text is read before anything is built. */

import { z } from "zod";
import { unwrapSchema } from "#lib/core/schema";
import type { AnySection } from "./section";
import { leaves } from "./walk";

/** A relative path inside the folder. */
const FORM = /^(?!.*(?:^|\/)\.)[\w.-]+(?:\/[\w.-]+)*$/;

/** Path of a file, relative to the folder of environment files, without `..`. */
export function file() {
  return z
    .string()
    .regex(FORM, { error: "a relative path of letters, digits, ., - and _, such as pipelines/clicks.yaml" })
    .meta({ file: true });
}

/** Paths of the files of an environment, without duplicates. The environment may be invalid; an invalid path is left out. */
export function filesNamedBy(spec: unknown, sections: readonly AnySection[]): string[] {
  const found = sections.flatMap(({ key, schema }) => {
    const value = typeof spec === "object" && spec !== null ? Reflect.get(spec, key) : undefined;
    return leaves(schema, value, [key])
      .filter((leaf) => isFile(leaf.schema))
      .map((leaf) => leaf.value);
  });
  return [...new Set(found)].filter((path): path is string => typeof path === "string" && FORM.test(path));
}

function isFile(schema: unknown): boolean {
  const inner = unwrapSchema(schema);
  return inner instanceof z.ZodType && inner.meta()?.["file"] === true;
}
