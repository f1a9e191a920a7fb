/** Small Pulumi projects around programs of this package. */

import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "#stacks/engine/backend";
import { packageRoot } from "#stacks/local/files";

/** What dependencies such a project names: the engine asks for their plugins. */
const DEPENDENCIES = { "@pulumi/kubernetes": "*", "@pulumi/pulumi": "*" };

/** Writes a project in JavaScript whose program is the file `program` below `dist`. @returns its folder */
export function writeProject(folder: string, { program }: { readonly program: string }): string {
  mkdirSync(folder, { recursive: true });
  writeProjectFile(folder, { main: "index.js", typescript: false });
  writeFileSync(join(folder, "index.js"), `module.exports = require(${JSON.stringify(join(packageRoot(), "dist", program))});\n`);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "bench", dependencies: DEPENDENCIES }));
  linkModules(folder);
  return folder;
}

/** Writes `Pulumi.yaml`. */
export function writeProjectFile(folder: string, { main, typescript }: { readonly main: string; readonly typescript: boolean }): void {
  const text = `name: ${PROJECT}\nruntime:\n  name: nodejs\n  options:\n    typescript: ${typescript}\nmain: ${main}\n`;
  writeFileSync(join(folder, "Pulumi.yaml"), text);
}

/** The packages of this one, as if they were installed there. */
export function linkModules(folder: string): void {
  symlinkSync(join(packageRoot(), "node_modules"), join(folder, "node_modules"));
}
