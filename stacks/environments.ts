/** Environment files on disk: found, loaded, resolved. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject } from "#lib/core/json";
import type { Problem, Result } from "#lib/core/problem";
import { filePathSchema } from "#lib/environment/pipelines";
import { resolve } from "#lib/environment/resolve";
import type { Environment, EnvironmentSpec } from "#lib/environment/spec";
import { packageRoot } from "./local/files";

/** Where the compiled environment files are. */
const FOLDER = join(__dirname, "env");
/** Where the files are that they name: beside their sources. */
const SOURCES = join(packageRoot(), "stacks", "env");

/** Names of all environments in a folder of environment files, sorted. */
export function environmentNames(folder: string = FOLDER): string[] {
  return readdirSync(folder)
    .filter((file) => /^[a-z0-9-]+\.(js|ts)$/.test(file))
    .map((file) => file.replace(/\.(js|ts)$/, ""))
    .sort();
}

/** Loads and resolves the environment of this name. */
export function loadEnvironment(name: string, folder: string = FOLDER): Result<Environment> {
  const known = environmentNames(folder);
  if (!known.includes(name)) return { ok: false, problems: [unknownEnvironment(name, known)] };
  const spec = exportOf(name, folder);
  if (!spec.ok) return spec;
  const resolved = resolve(spec.value, { files: filesOf(spec.value) });
  const problems = nameProblems(name, spec.value);
  if (problems.length > 0) return { ok: false, problems: [...problems, ...(resolved.ok ? resolved.warnings : resolved.problems)] };
  return resolved;
}

/** What the file exports: nobody has looked at its shape yet. */
function exportOf(name: string, folder: string): Result<EnvironmentSpec> {
  try {
    const loaded = require(join(folder, name)) as { readonly default?: EnvironmentSpec };
    if (loaded.default === undefined) return { ok: false, problems: [noDefaultExport(name)] };
    return { ok: true, value: loaded.default, warnings: [] };
  } catch (thrown) {
    return { ok: false, problems: [cannotLoad(name, thrown)] };
  }
}

/** Reads what the environment names. A path that its schema refuses is not read, and what is no file counts as absent. */
function filesOf(spec: unknown): Map<string, string> {
  const pipelines = isJsonObject(spec) && isJsonObject(spec["pipelines"]) ? Object.values(spec["pipelines"]) : [];
  const paths = pipelines.filter(isJsonObject).map(({ file }) => file);
  const safe = paths.filter((file): file is string => filePathSchema.safeParse(file).success);
  const found = safe.map((path) => [path, join(SOURCES, path)] as const);
  const files = found.filter(([, full]) => statSync(full, { throwIfNoEntry: false })?.isFile() === true);
  return new Map(files.map(([path, full]) => [path, readFileSync(full, "utf8")]));
}

/** Stack, control plane and labels go by the environment's own name; with another one its file would act on somebody else's. */
function nameProblems(file: string, spec: unknown): Problem[] {
  const name = isJsonObject(spec) ? spec["name"] : undefined;
  if (typeof name !== "string" || name === file) return [];
  return [
    {
      id: "environment.name-differs",
      path: "name",
      got: `${JSON.stringify(name)} in stacks/env/${file}.ts`,
      allowed: `the name of the file: ${JSON.stringify(file)}`,
      fix: `set name to ${JSON.stringify(file)}, or call the file ${name}.ts`,
    },
  ];
}

function cannotLoad(name: string, thrown: unknown): Problem {
  return {
    id: "environment.cannot-load",
    path: `stacks/env/${name}.ts`,
    got: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
    allowed: "a file that loads",
    fix: "mend it; npx tsc -p . names the line of what does not compile",
  };
}

function unknownEnvironment(name: string, known: readonly string[]): Problem {
  return {
    id: "environment.unknown",
    path: `stacks/env/${name}.ts`,
    got: `no environment file ${JSON.stringify(name)}`,
    allowed: known.join(", "),
    fix: `name one of these, or write stacks/env/${name}.ts`,
  };
}

function noDefaultExport(name: string): Problem {
  return {
    id: "environment.no-default-export",
    path: `stacks/env/${name}.ts`,
    got: "a file without a default export",
    allowed: "export default defineEnvironment({ ... })",
    fix: "export the environment as default",
  };
}
