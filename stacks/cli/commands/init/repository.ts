/** The files of a new repository: templates of this package, and a `package.json` that names the versions this package was tested with. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { isJsonObject, type JsonObject } from "#lib/core/json";
import { packageRoot } from "../../../local/files";

/** npm leaves files of these names out of a package, or reads them as its own. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: ".gitignore", github: ".github" };

/** Every file of a new repository but its `package.json`, by path. */
export function templateFiles(name: string): ReadonlyMap<string, string> {
  const folder = join(packageRoot(), "stacks", "cli", "commands", "init", "template");
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry): [string, string] => {
    const path = join(entry.parentPath, entry.name);
    return [targetOf(relative(folder, path)), textOf(path, name)];
  });
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function targetOf(path: string): string {
  const [first = "", ...rest] = path.split("/");
  return [RENAMED[first] ?? first, ...rest].join("/");
}

function textOf(path: string, name: string): string {
  const text = readFileSync(path, "utf8");
  return path.endsWith("Pulumi.yaml") ? text.replace(/^name: .*$/m, `name: ${name}`) : text;
}

/** Scripts of a new repository. */
const SCRIPTS = {
  check: "tsc && beamstack-iac validate",
  synth: "beamstack-iac synth local --out gitops/local",
  up: "beamstack-iac up local",
  down: "beamstack-iac destroy local",
} as const;

/** What components of a user's own import: in the versions of this package, so that npm installs one copy of each. */
const SHARED = ["cdk8s", "cdk8s-plus-28", "constructs"] as const;

/** A `package.json` with all that a repository needs, and whose scripts differ from ours. */
export interface CompletedManifest {
  readonly manifest: JsonObject;
  /** Keys that say something else already. */
  readonly differing: readonly string[];
}

/** Adds what is missing and changes nothing: `npm install` has made a `package.json` before `init` is run. */
export function completedManifest(name: string, existing: JsonObject = {}): CompletedManifest {
  const { version, dependencies, devDependencies } = ownManifest();
  const { scripts, dependencies: taken, devDependencies: takenToo, ...rest } = existing;
  const shared = Object.fromEntries(SHARED.map((name) => [name, dependencies[name]]));
  const manifest = {
    name,
    private: true,
    ...rest,
    scripts: { ...SCRIPTS, ...members(scripts) },
    dependencies: { "beamstack-iac": version, ...shared, ...members(taken) },
    devDependencies: { typescript: devDependencies["typescript"], ...members(takenToo) },
  };
  const written: JsonObject = manifest.scripts;
  const differing = Object.entries(SCRIPTS).filter(([key, text]) => written[key] !== text);
  return { manifest, differing: [...(manifest.name === name ? [] : ["name"]), ...differing.map(([key]) => `scripts.${key}`)] };
}

interface OwnManifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

function ownManifest(): OwnManifest {
  return JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as OwnManifest;
}

function members(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
