/** The project in use: this checkout, or the repository of a user who installed the package. Found from the working directory. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { isJsonObject } from "#lib/core/json";

/** A repository with environment files. */
export interface Project {
  /** The nearest folder with a `package.json`, from the working directory upwards. */
  readonly root: string;
  /** Folder of environment files: {@link ENVIRONMENT_FOLDERS}. */
  readonly environments: string;
}

/** Locations of environment files below the project's root; the first one that has any is used. */
const ENVIRONMENT_FOLDERS = ["env", join("stacks", "env")] as const;

/** Environment files have the name of their environment; declarations and tests are excluded. */
const ENVIRONMENT_FILE = /^([a-z0-9-]+)\.(ts|js)$/;

/** The project of a working directory. */
export function projectOf(from: string = process.cwd()): Project {
  const root = rootAbove(from);
  const folders = ENVIRONMENT_FOLDERS.map((folder) => join(root, folder));
  const used = folders.find((folder) => environmentFiles(folder).size > 0);
  return { root, environments: used ?? join(root, ENVIRONMENT_FOLDERS[0]) };
}

/** Environment files of a folder by environment name, sorted. */
export function environmentFiles(folder: string): ReadonlyMap<string, string> {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return new Map(names.flatMap((file) => (ENVIRONMENT_FILE.test(file) ? [[file.replace(/\.\w+$/, ""), join(folder, file)] as const] : [])));
}

/** Path of an environment's file from the project's root, whether or not it exists. */
export function environmentPath(name: string, project: Project = projectOf()): string {
  return projectPath(environmentFiles(project.environments).get(name) ?? join(project.environments, `${name}.ts`), project);
}

/** A path relative to the project's root. */
export function projectPath(path: string, { root }: Pick<Project, "root"> = projectOf()): string {
  return relative(root, path);
}

/** Settings of the project file for the engine's state. */
export interface ProjectFile {
  readonly name: string;
  /** Location of the state. @default the backend of `pulumi login` */
  readonly backend?: string;
}

/** The `Pulumi.yaml` of the project; `undefined` where there is none. */
export function projectFile({ root }: Pick<Project, "root"> = projectOf()): ProjectFile | undefined {
  const path = join(root, "Pulumi.yaml");
  if (!existsSync(path)) return undefined;
  // Required on demand: most commands need no state.
  const { parseDocument } = require("yaml") as typeof import("yaml");
  // The engine reports what is wrong with a file that is not YAML.
  const content: unknown = parseDocument(readFileSync(path, "utf8")).toJS();
  const { name, backend } = isJsonObject(content) ? content : {};
  const url = isJsonObject(backend) ? backend["url"] : undefined;
  return { name: typeof name === "string" ? name : basename(root), ...(typeof url === "string" && { backend: url }) };
}

/** Name of the project: that of its project file, else of its folder. */
export function projectName(project: Project = projectOf()): string {
  return projectFile(project)?.name ?? basename(project.root);
}

function rootAbove(from: string): string {
  for (let at = from; ; at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return at;
    if (at === dirname(at)) return from;
  }
}
