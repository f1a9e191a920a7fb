/** Loads a TypeScript or JavaScript file of a user's repository, compiled in memory: no build, no type check. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem, Result } from "#lib/core/problem";
import { cacheFolder, packageRoot, privateFolder } from "./local/files";
import { type Project, projectPath } from "./project";

/** What a module exports. */
type Exports = Readonly<Record<string, unknown>>;

/** The exports of a project file, or the problem that keeps it from loading, with its line. */
export function loadModule(path: string, project: Project): Result<Exports> {
  // Before the loader creates it, which never ends where a folder of /proc is a parent.
  const cache = privateFolder(join(cacheFolder(), "modules"));
  try {
    return { ok: true, value: jitiFor(path, cache)(path) as Exports, warnings: [] };
  } catch (thrown) {
    return { ok: false, problems: [cannotLoad(thrown, { path, project })] };
  }
}

/** Required on demand: commands that load no user file do without it and its compiler. */
function jitiFor(path: string, fsCache: string) {
  const { createJiti } = require("jiti") as typeof import("jiti");
  return createJiti(path, {
    // Always the running package, even if other copies are installed: classes such as Size are compared by identity.
    alias: { "beamstack-iac": join(packageRoot(), "dist", "index.js") },
    // jiti's default may be a shared folder in /tmp: whatever others cache there would run.
    fsCache,
    interopDefault: false,
  });
}

/** The file to load. */
interface Loading {
  readonly path: string;
  readonly project: Project;
}

function cannotLoad(thrown: unknown, loading: Loading): Problem {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const name = thrown instanceof Error && thrown.name !== "Error" && !message.startsWith(thrown.name) ? `${thrown.name}: ` : "";
  const missing = /^Cannot find module '([^']+)'/.exec(message)?.[1];
  const { file, line } = missing === undefined ? failedAt(thrown, loading) : importedAt(missing, { message, path: loading.path });
  return {
    id: "environment.cannot-load",
    path: `${projectPath(file, loading.project)}${line === undefined ? "" : `:${line}`}`,
    got: `${name}${message.replace(/\s*\n[\s\S]*$/, "")}`,
    allowed: "a file that loads",
    fix:
      missing === undefined ? "correct this line; npx tsc --noEmit shows what does not compile" : `install ${missing}, or correct its name`,
  };
}

interface Place {
  readonly file: string;
  readonly line?: number;
}

/** The first position in the project that an error names: jiti keeps line numbers in parser messages and stacks. */
function failedAt(thrown: unknown, { path, project }: Loading): Place {
  const text = thrown instanceof Error ? `${thrown.message}\n${thrown.stack ?? ""}` : "";
  const places = [...text.matchAll(/(\/[^\n():]+):(\d+)/g)].map(([, file = "", line]) => ({ file, line: Number(line) }));
  const isOwn = ({ file }: Place): boolean =>
    file.startsWith(`${project.root}/`) && !file.includes("/node_modules/") && !file.startsWith(join(packageRoot(), "dist"));
  return places.find(isOwn) ?? { file: path };
}

/** Node names the file that imports a missing module, but not the line. */
function importedAt(module: string, { message, path }: { readonly message: string; readonly path: string }): Place {
  const file = /Require stack:\n- (.+)/.exec(message)?.[1] ?? path;
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const at = lines.findIndex((line) => line.includes(`"${module}"`) || line.includes(`'${module}'`));
  return { file, ...(at >= 0 && { line: at + 1 }) };
}
