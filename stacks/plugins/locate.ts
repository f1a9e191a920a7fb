/** Which copy of the Node.js language host runs: the official one where it is installed, ours where not. */

import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { digestText } from "#lib/core/digest";
import { cacheFolder, packageRoot, writeWhole } from "../local/files";

/** Name of the program, as the engine looks for it. */
const PROGRAM = "pulumi-language-nodejs";

/** The copy of the language host that the engine will run. */
export interface LanguageHost {
  readonly program: typeof PROGRAM;
  /** `PATH`, beside the engine, or this package. */
  readonly by: "PATH" | "engine" | "ours";
  readonly path: string;
}

/** Where to look. */
export interface Context {
  /** Path of the engine. */
  readonly engine: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The language host in the order in which the engine itself looks for it: PATH, beside the engine; then ours. */
export function locateLanguageHost({ engine, env }: Context): LanguageHost {
  const folders = env["PULUMI_IGNORE_AMBIENT_PLUGINS"] ? [] : (env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const shims = join(cacheFolder(), "plugins");
  const onPath = folders.map((folder) => join(folder, PROGRAM)).find((path) => !path.startsWith(shims) && existsSync(path));
  if (onPath !== undefined) return { program: PROGRAM, by: "PATH", path: onPath };
  const beside = join(dirname(realpathSync(engine)), PROGRAM);
  if (existsSync(beside)) return { program: PROGRAM, by: "engine", path: beside };
  return { program: PROGRAM, by: "ours", path: join(packageRoot(), "dist/stacks/plugins/nodejs/main.js") };
}

/** The engine's environment with the language host where it looks for it. */
export function languageHostEnvironment(host: LanguageHost, env: Context["env"]): Record<string, string | undefined> {
  const folder = shimFolder(host);
  if (folder === undefined) return { ...env };
  // Ours is found on PATH only, so the switch that forbids it must be off.
  return { ...env, PATH: [env["PATH"], folder].filter(Boolean).join(delimiter), PULUMI_IGNORE_AMBIENT_PLUGINS: undefined };
}

/** The folder with a start script for our host, to be put on the engine's PATH; `undefined` where the host is official. */
export function shimFolder({ by, path }: Pick<LanguageHost, "by" | "path">, cache: string = cacheFolder()): string | undefined {
  if (by !== "ours") return undefined;
  const text = shim(path);
  const folder = join(cache, "plugins", digestText(text).slice(0, 16));
  writeProgram(join(folder, PROGRAM), text);
  return folder;
}

/** `exec`, so that the process the engine started is the plugin itself: signals and end of the engine reach it. */
function shim(entry: string): string {
  return `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(entry)} "$@"\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function writeProgram(path: string, text: string): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeWhole(path, text, 0o755);
}
