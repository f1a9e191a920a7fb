/** Environment files on disk: found, loaded, resolved. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
  const loaded = require(join(folder, name)) as { readonly default?: EnvironmentSpec };
  if (loaded.default === undefined) return { ok: false, problems: [noDefaultExport(name)] };
  return resolve(loaded.default, { files: filesOf(loaded.default) });
}

/** Reads what the environment names. A path that its schema refuses is not read. */
function filesOf({ pipelines = {} }: EnvironmentSpec): Map<string, string> {
  const paths = Object.values(pipelines)
    .map(({ file }) => file)
    .filter((file) => filePathSchema.safeParse(file).success);
  const found = paths.map((path) => [path, join(SOURCES, path)] as const).filter(([, full]) => existsSync(full));
  return new Map(found.map(([path, full]) => [path, readFileSync(full, "utf8")]));
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
