/** Embeds files of dependencies into a program: Go's `-overlay` maps them beside the program without copying them into the sources. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUILD_ENVIRONMENT, type Recipe } from "./recipe";

/** Writes the overlay of a recipe to `path`. @returns the arguments of `go build` that use it; none if nothing is embedded */
export function writeOverlay({ embedded, source }: Recipe, path: string, go: string): string[] {
  if (embedded.length === 0) return [];
  const replacements = embedded.map((file) => [join(source, file.name), join(moduleFolder(file.module, source, go), file.path)]);
  writeFileSync(path, JSON.stringify({ Replace: Object.fromEntries(replacements) as unknown }));
  return ["-overlay", path];
}

/** Source folder of a dependency in Go's module cache; downloads it if needed. */
function moduleFolder(module: string, cwd: string, go: string): string {
  const env = { ...process.env, ...BUILD_ENVIRONMENT };
  const said = execFileSync(go, ["mod", "download", "-json", module], { cwd, env, encoding: "utf8" });
  return (JSON.parse(said) as { readonly Dir: string }).Dir;
}
