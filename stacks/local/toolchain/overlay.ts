/** Lets a program embed files of its dependencies: Go's `-overlay` shows them beside the program, and nothing is copied into the sources. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUILD_ENVIRONMENT, type Recipe } from "./recipe";

/** Writes the overlay of a recipe to `path`. @returns the arguments of `go build` that use it; none where nothing is embedded */
export function writeOverlay({ embedded, source }: Recipe, path: string, go: string): string[] {
  if (embedded.length === 0) return [];
  const replacements = embedded.map((file) => [join(source, file.name), join(moduleFolder(file.module, source, go), file.path)]);
  writeFileSync(path, JSON.stringify({ Replace: Object.fromEntries(replacements) as unknown }));
  return ["-overlay", path];
}

/** Where Go keeps the source of a dependency; it is fetched if need be. */
function moduleFolder(module: string, cwd: string, go: string): string {
  const env = { ...process.env, ...BUILD_ENVIRONMENT };
  const said = execFileSync(go, ["mod", "download", "-json", module], { cwd, env, encoding: "utf8" });
  return (JSON.parse(said) as { readonly Dir: string }).Dir;
}
