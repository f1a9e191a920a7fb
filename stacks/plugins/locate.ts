/** Chooses the Node.js language host: the official one if it is installed, else ours. */

import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { digestText } from "#lib/core/digest";
import { cacheFolder, packageRoot, privateFolder, writeWhole } from "../local/files";

/** Name of the program, as the engine looks for it. */
const PROGRAM = "pulumi-language-nodejs";

/** The copy of the language host that the engine runs. */
export interface LanguageHost {
  readonly program: typeof PROGRAM;
  /** `PATH`, beside the engine, or this package. */
  readonly by: "PATH" | "engine" | "ours";
  readonly path: string;
}

/** Search paths. */
export interface Context {
  /** Path of the engine. */
  readonly engine: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Searches in the order of the engine: PATH, beside the engine; then ours. */
export function locateLanguageHost({ engine, env }: Context): LanguageHost {
  const folders = env["PULUMI_IGNORE_AMBIENT_PLUGINS"] ? [] : (env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const shims = join(cacheFolder(), "plugins");
  const onPath = folders.map((folder) => join(folder, PROGRAM)).find((path) => !path.startsWith(shims) && existsSync(path));
  if (onPath !== undefined) return { program: PROGRAM, by: "PATH", path: onPath };
  const beside = join(dirname(realpathSync(engine)), PROGRAM);
  if (existsSync(beside)) return { program: PROGRAM, by: "engine", path: beside };
  return { program: PROGRAM, by: "ours", path: join(packageRoot(), "dist/stacks/plugins/nodejs/main.js") };
}

/** Adds the language host to the engine's variables. */
export function languageHostEnvironment(host: LanguageHost, env: Context["env"]): Record<string, string | undefined> {
  const folder = shimFolder(host);
  if (folder === undefined) return { ...env };
  // Ours is found on PATH only, so the switch that ignores PATH must be off.
  return { ...env, PATH: [env["PATH"], folder].filter(Boolean).join(delimiter), PULUMI_IGNORE_AMBIENT_PLUGINS: undefined };
}

/** The folder with a start script for our host, for the engine's PATH; `undefined` if the host is official. */
export function shimFolder({ by, path }: Pick<LanguageHost, "by" | "path">, cache: string = cacheFolder()): string | undefined {
  if (by !== "ours") return undefined;
  const text = shim(path);
  const folder = join(cache, "plugins", digestText(text).slice(0, 16));
  writeProgram(join(folder, PROGRAM), text);
  return folder;
}

/** `exec` makes the started process the plugin itself: it gets the engine's signals and sees the engine's exit. */
function shim(entry: string): string {
  return `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(entry)} "$@"\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function writeProgram(path: string, text: string): void {
  if (existsSync(path)) return;
  privateFolder(dirname(path));
  writeWhole(path, text, 0o755);
}
