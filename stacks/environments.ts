/** Environment files of the project: found, loaded, resolved. */

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject } from "#lib/core/json";
import type { Problem, Result } from "#lib/core/problem";
import { filePathSchema } from "#lib/environment/pipelines";
import { resolve } from "#lib/environment/resolve";
import type { Environment, EnvironmentSpec } from "#lib/environment/spec";
import { loadModule } from "./load-module";
import { environmentFiles, environmentPath, type Project, projectOf, projectPath } from "./project";

/** Names of all environments of the project, sorted. */
export function environmentNames({ environments }: Project = projectOf()): string[] {
  return [...environmentFiles(environments).keys()];
}

/** The same, or the problem that there is none. */
export function allEnvironments(project: Project = projectOf()): Result<readonly string[]> {
  const names = environmentNames(project);
  return names.length > 0 ? { ok: true, value: names, warnings: [] } : { ok: false, problems: [noEnvironments(project)] };
}

/** Loads and resolves the environment of this name. */
export function loadEnvironment(name: string, project: Project = projectOf()): Result<Environment> {
  const path = environmentFiles(project.environments).get(name);
  if (path === undefined) return { ok: false, problems: [unknownEnvironment(name, project)] };
  const loaded = loadModule(path, project);
  if (!loaded.ok) return loaded;
  // Nobody has looked at its shape yet.
  const spec = loaded.value["default"] as EnvironmentSpec | undefined;
  if (spec === undefined) return { ok: false, problems: [noDefaultExport(projectPath(path, project))] };
  const resolved = resolve(spec, { files: filesOf(spec, project) });
  const problems = nameProblems(name, spec, projectPath(path, project));
  if (problems.length > 0) return { ok: false, problems: [...problems, ...(resolved.ok ? resolved.warnings : resolved.problems)] };
  return resolved;
}

/** Reads what the environment names, beside its file. A path that its schema refuses is not read, and what is no file counts as absent. */
function filesOf(spec: unknown, { environments }: Project): Map<string, string> {
  const pipelines = isJsonObject(spec) && isJsonObject(spec["pipelines"]) ? Object.values(spec["pipelines"]) : [];
  const paths = pipelines.filter(isJsonObject).map(({ file }) => file);
  const safe = paths.filter((file): file is string => filePathSchema.safeParse(file).success);
  const found = safe.map((path) => [path, join(environments, path)] as const);
  const files = found.filter(([, full]) => statSync(full, { throwIfNoEntry: false })?.isFile() === true);
  return new Map(files.map(([path, full]) => [path, readFileSync(full, "utf8")]));
}

/** Stack, control plane and labels go by the environment's own name; with another one its file would act on somebody else's. */
function nameProblems(name: string, spec: unknown, path: string): Problem[] {
  const own = isJsonObject(spec) ? spec["name"] : undefined;
  if (typeof own !== "string" || own === name) return [];
  return [
    {
      id: "environment.name-differs",
      path: "name",
      got: `${JSON.stringify(own)} in ${path}`,
      allowed: `the name of the file: ${JSON.stringify(name)}`,
      fix: `set name to ${JSON.stringify(name)}, or call the file ${own}.ts`,
    },
  ];
}

function unknownEnvironment(name: string, project: Project): Problem {
  const known = environmentNames(project);
  if (known.length === 0) return noEnvironments(project);
  const path = environmentPath(name, project);
  return {
    id: "environment.unknown",
    path,
    got: `no environment file ${JSON.stringify(name)}`,
    allowed: known.join(", "),
    fix: `name one of these, or write ${path}`,
  };
}

function noEnvironments({ root, environments }: Project): Problem {
  return {
    id: "environment.none",
    path: projectPath(environments, { root }),
    got: `no environment file in ${root}`,
    allowed: "env/*.ts or stacks/env/*.ts in the nearest folder with a package.json",
    fix: "change to the repository of your environments, or make one with beamstack-iac init",
  };
}

function noDefaultExport(path: string): Problem {
  return {
    id: "environment.no-default-export",
    path,
    got: "a file without a default export",
    allowed: "export default defineEnvironment({ ... })",
    fix: "export the environment as default",
  };
}
