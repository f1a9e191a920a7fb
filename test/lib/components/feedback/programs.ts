/** Programs of this machine, started by a test and ended after it. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";

const FOLDERS = [...(process.env["PATH"] ?? "").split(":"), "/usr/bin"];

/** A program on `PATH`, by its own name or by Debian's. */
export function programOnPath(...names: string[]): string | undefined {
  return FOLDERS.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
}

interface Options {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts programs; `stops` are run by `stopAll`, the last one first. */
export function programsOf() {
  const stops: (() => Promise<unknown>)[] = [];
  return {
    stops,
    start: (path: string, args: readonly string[], options: Options): void => {
      const child = spawn(path, args, { ...options, stdio: "ignore" });
      const ended = once(child, "exit");
      stops.push(() => {
        child.kill();
        return ended;
      });
    },
    stopAll: async (): Promise<void> => {
      for (const stop of stops.splice(0).reverse()) await stop();
    },
  };
}
