/** Environment files of the project: found, loaded, resolved by the project's platform. */

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { createPlatform, type Platform, type Resolved } from "#charts/platform";
import { isJsonObject } from "#lib/core/json";
import { type Problem, type Result, sortProblems } from "#lib/core/problem";
import type { Core } from "#lib/environment/spec";
import { loadModule } from "./load-module";
import { readUtf8 } from "./local/utf8";
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

/** What the files of an environment export. */
interface Loaded {
  /** Its shape is not checked yet. */
  readonly spec: unknown;
  /** Of the environment's own file, in the project. */
  readonly path: string;
  readonly platform: Platform;
}

/** How an environment is loaded. */
export interface LoadOptions {
  /** @default that of the working directory */
  readonly project?: Project;
  /** For an embedded control plane in place of its cluster. @default false */
  readonly rehearse?: boolean;
}

/** The environment of this name and its release, or everything that is wrong with it. */
export function loadEnvironment(name: string, { project = projectOf(), rehearse = false }: LoadOptions = {}): Result<Resolved> {
  const loaded = filesNamed(name, project);
  if (!loaded.ok) return loaded;
  const { spec, path, platform } = loaded.value;
  const files = filesOf(spec, platform, project);
  if (!files.ok) return files;
  const resolved = platform.resolve(spec, { files: files.value, rehearse });
  const problems = nameProblems(name, spec, path);
  if (problems.length > 0) return { ok: false, problems: [...problems, ...(resolved.ok ? resolved.warnings : resolved.problems)] };
  return resolved;
}

/** What the environment of this name says of itself: enough to find its cluster and its stack, whatever its sections say. */
export function loadCore(name: string, project: Project = projectOf()): Result<Core> {
  const loaded = filesNamed(name, project);
  if (!loaded.ok) return loaded;
  const { spec, path, platform } = loaded.value;
  const core = platform.coreOf(spec);
  const problems = nameProblems(name, spec, path);
  if (core && problems.length === 0) return { ok: true, value: core, warnings: [] };
  const resolved = platform.resolve(spec);
  return { ok: false, problems: sortProblems([...problems, ...(resolved.ok ? [] : resolved.problems)]) };
}

/** What the file of this environment exports, and the platform of the project. */
function filesNamed(name: string, project: Project): Result<Loaded> {
  const file = environmentFiles(project.environments).get(name);
  if (file === undefined) return { ok: false, problems: [unknownEnvironment(name, project)] };
  const source = readUtf8(file);
  if (!source.ok) return { ok: false, problems: [notUtf8(`${projectPath(file, project)}:${source.line}:${source.column}`)] };
  const loaded = loadModule(file, project);
  const platform = platformOf(project);
  if (!loaded.ok || !platform.ok) return { ok: false, problems: [loaded, platform].flatMap((one) => (one.ok ? [] : one.problems)) };
  const path = projectPath(file, project);
  const spec = loaded.value["default"];
  if (spec === undefined) return { ok: false, problems: [noDefaultExport(path)] };
  return { ok: true, value: { spec, path, platform: platform.value }, warnings: [] };
}

/** The platform of a repository's own, in its root: sections, defaults and patches. */
const PLATFORM_FILE = "platform.ts";

/** The platform of the project; every component of this package where it has none of its own. */
function platformOf(project: Project): Result<Platform> {
  const path = join(project.root, PLATFORM_FILE);
  if (!existsSync(path)) return { ok: true, value: createPlatform(), warnings: [] };
  const loaded = loadModule(path, project);
  if (!loaded.ok) return loaded;
  const platform = loaded.value["default"];
  return isPlatform(platform) ? { ok: true, value: platform, warnings: [] } : { ok: false, problems: [noPlatform()] };
}

function isPlatform(value: unknown): value is Platform {
  return typeof value === "object" && value !== null && "resolve" in value && typeof value.resolve === "function";
}

/** Text of the files that the environment names, beside its own file; what is no file counts as absent. */
function filesOf(spec: unknown, platform: Platform, { environments }: Project): Result<ReadonlyMap<string, string>> {
  const found = platform.filesOf(spec).map((path) => [path, join(environments, path)] as const);
  const files = found.filter(([, full]) => statSync(full, { throwIfNoEntry: false })?.isFile() === true);
  const read = files.map(([path, full]) => ({ path, content: readUtf8(full) }));
  const problems = read.flatMap(({ path, content }) => (content.ok ? [] : [notUtf8(`${path}:${content.line}:${content.column}`)]));
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    value: new Map(read.flatMap(({ path, content }) => (content.ok ? [[path, content.text] as const] : []))),
    warnings: [],
  };
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

function noPlatform(): Problem {
  return {
    id: "platform.no-default-export",
    path: PLATFORM_FILE,
    got: "a file whose default export is no platform",
    allowed: "export default createPlatform({ ... })",
    fix: "export the platform as default, or remove the file",
  };
}

function notUtf8(path: string): Problem {
  return {
    id: "environment.not-utf8",
    path,
    got: "bytes that are no UTF-8",
    allowed: "files in UTF-8",
    fix: "save the file as UTF-8, such as with iconv -f latin1 -t utf-8",
  };
}
