/** Which copies of the two Pulumi plugins run: the official ones where they are installed, ours where not. */

import { existsSync, mkdirSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { digestText } from "#lib/core/digest";
import { cacheFolder, packageRoot, writeWhole } from "../local/files";
import { accepts, parseVersion } from "../local/toolchain/versions";

/** A plugin our programs need. */
interface PluginNeed {
  /** Name of the program, as the engine looks for it. */
  readonly program: "pulumi-language-nodejs" | "pulumi-resource-kubernetes";
  /** Prefix of its folder below `plugins/` of Pulumi's home. */
  readonly folder: string;
  /** Versions that will do: from (inclusive) and below (exclusive). */
  readonly accepts: readonly [from: string, below: string];
  /** Our stand-in, below `dist`. */
  readonly entry: string;
}

/** Both plugins. The provider must not be older than the SDK whose inputs it gets; the host is part of the engine's major version. */
const PLUGINS: readonly PluginNeed[] = [
  {
    program: "pulumi-language-nodejs",
    folder: "language-nodejs-v",
    accepts: ["3.0.0", "4.0.0"],
    entry: "stacks/plugins/nodejs/main.js",
  },
  {
    program: "pulumi-resource-kubernetes",
    folder: "resource-kubernetes-v",
    accepts: ["4.34.0", "5.0.0"],
    entry: "stacks/plugins/kubernetes/main.js",
  },
];

/** The copy of a plugin that the engine will run. */
export interface PluginChoice {
  readonly program: PluginNeed["program"];
  /** `PATH`, beside the engine, Pulumi's own plugin folder, or this package. */
  readonly by: "PATH" | "engine" | "plugins" | "ours";
  readonly path: string;
}

/** Where to look. */
export interface Surroundings {
  /** Path of the engine. */
  readonly engine: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The copies in the order in which the engine itself takes them: PATH, beside the engine, its plugin folder; then ours. */
export function locatePlugins(around: Surroundings): PluginChoice[] {
  return PLUGINS.map((need) => official(need, around) ?? { program: need.program, by: "ours", path: ownEntry(need) });
}

/** The folder with a start script for each plugin of ours, to be put on the engine's PATH; `undefined` where all are official. */
export function shimFolder(choices: readonly PluginChoice[], cache: string = cacheFolder()): string | undefined {
  const ours = choices.filter(({ by }) => by === "ours").map(({ program, path }) => ({ program, text: shim(path) }));
  if (ours.length === 0) return undefined;
  const folder = join(cache, "plugins", digestText(JSON.stringify(ours)).slice(0, 16));
  for (const { program, text } of ours) writeProgram(join(folder, program), text);
  return folder;
}

/** The engine's environment with our plugins where it looks for them. */
export function pluginEnvironment(choices: readonly PluginChoice[], env: Surroundings["env"]): Record<string, string | undefined> {
  const folder = shimFolder(choices);
  if (folder === undefined) return { ...env };
  // Ours are found on PATH only, so the switch that forbids it must be off.
  return { ...env, PATH: [env["PATH"], folder].filter(Boolean).join(delimiter), PULUMI_IGNORE_AMBIENT_PLUGINS: undefined };
}

function official(need: PluginNeed, { engine, env }: Surroundings): PluginChoice | undefined {
  const { program } = need;
  const onPath = env["PULUMI_IGNORE_AMBIENT_PLUGINS"] ? [] : (env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const shims = join(cacheFolder(), "plugins");
  const found = onPath.map((folder) => join(folder, program)).find((path) => !path.startsWith(shims) && existsSync(path));
  if (found !== undefined) return { program, by: "PATH", path: found };
  const beside = join(dirname(realpathSync(engine)), program);
  if (need.folder.startsWith("language") && existsSync(beside)) return { program, by: "engine", path: beside };
  const installed = installedPlugin(need, env);
  return installed === undefined ? undefined : { program, by: "plugins", path: installed };
}

function installedPlugin({ program, folder, accepts: range }: PluginNeed, env: Surroundings["env"]): string | undefined {
  const plugins = join(env["PULUMI_HOME"] || join(homedir(), ".pulumi"), "plugins");
  if (!existsSync(plugins)) return undefined;
  const fitting = readdirSync(plugins).filter((name) => {
    const version = name.startsWith(folder) ? parseVersion(name.slice(folder.length)) : undefined;
    return version !== undefined && accepts(range, version);
  });
  return fitting.map((name) => join(plugins, name, program)).find((path) => existsSync(path));
}

function ownEntry({ entry }: PluginNeed): string {
  return join(packageRoot(), "dist", entry);
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
