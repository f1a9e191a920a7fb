/** Keeps the compiled program as new as its sources: plain `pulumi up` runs what `dist` holds, and must not run what it held last week. */

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

/** Folders whose TypeScript becomes the program. */
const SOURCES = ["lib", "charts", "stacks"];

/** What was found. */
export type Built = "up-to-date" | "rebuilt";

/**
 * Compiles again where a source is newer than the last build. An installed package has no sources, and is always up to date.
 *
 * @param root the folder with `package.json`
 * @throws Error that names the next action, where the compiler is missing or fails
 */
export function ensureBuilt(root: string): Built {
  const record = join(root, "dist", ".tsbuildinfo");
  const config = join(root, "tsconfig.build.json");
  if (!existsSync(config)) return "up-to-date";
  const built = existsSync(record) ? statSync(record).mtimeMs : 0;
  if (SOURCES.every((folder) => !hasNewer(join(root, folder), built))) return "up-to-date";
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  if (!existsSync(compiler)) throw new Error("dist is older than the sources and there is no compiler; run npm ci");
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, "-p", config, "--noCheck"], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`dist is older than the sources and cannot be built; run npm run prepare:\n${stdout}${stderr}`.trim());
  // The compiler leaves its record alone where no output changed.
  const now = new Date();
  if (existsSync(record)) utimesSync(record, now, now);
  return "rebuilt";
}

function hasNewer(folder: string, than: number): boolean {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return hasNewer(path, than);
    return /\.(ts|json)$/.test(entry.name) && statSync(path).mtimeMs > than;
  });
}
