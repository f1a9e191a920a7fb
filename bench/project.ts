/** Small Pulumi projects around programs of this package. */

import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { packageRoot } from "#stacks/local/files";

/** Dependencies of such a project: the engine asks for their plugins. */
const DEPENDENCIES = { "@pulumi/kubernetes": "*", "@pulumi/pulumi": "*" };

/** Contents of its `Pulumi.yaml` besides the name. */
interface ProjectFile {
  readonly main: string;
  readonly typescript: boolean;
  /** Whether it starts as ours does. Peers start with Pulumi's defaults. */
  readonly ours: boolean;
}

/** Writes a project in JavaScript whose program is the file `program` below `dist`. @returns its folder */
export function writeProject(folder: string, { program, ours }: { readonly program: string; readonly ours: boolean }): string {
  mkdirSync(folder, { recursive: true });
  writeProjectFile(folder, { main: "index.js", typescript: false, ours });
  writeFileSync(join(folder, "index.js"), `module.exports = require(${JSON.stringify(inDist(program))});\n`);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "bench", dependencies: DEPENDENCIES }));
  linkModules(folder);
  return folder;
}

/** Writes `Pulumi.yaml`. */
export function writeProjectFile(folder: string, { main, typescript, ours }: ProjectFile): void {
  const nodeargs = ours ? `--require ${JSON.stringify(inDist("stacks/program/late-modules.js"))}` : "";
  const runtime = { name: "nodejs", options: { typescript, nodeargs } };
  writeFileSync(join(folder, "Pulumi.yaml"), stringify({ name: "bench", runtime, main }));
}

function inDist(path: string): string {
  return join(packageRoot(), "dist", path);
}

/** Links this package's dependencies, as if they were installed there. */
export function linkModules(folder: string): void {
  symlinkSync(join(packageRoot(), "node_modules"), join(folder, "node_modules"));
}
