/** Where the engine keeps the state of a stack, as far as that is a folder of this machine. */

import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Name of the Pulumi project; the one in `Pulumi.yaml`. */
export const PROJECT = "beamstack";

/** Backend of the project file, taken where PULUMI_BACKEND_URL names no other. */
export const DEFAULT_BACKEND = "file://~";

/** Files of one stack below a file backend. Source of the layout: pulumi/pkg backend/diy. */
export interface StateFiles {
  /** The state itself. */
  readonly state: string;
  /** Locks of processes that change it. */
  readonly locks: string;
  /** Folders with older states, one file each. */
  readonly older: readonly string[];
}

/** The folder of a `file://` backend; `undefined` for any other. Relative ones count from where the engine runs. */
export function backendFolder(url: string, cwd: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const path = url.slice("file://".length).replace(/\?.*$/, "");
  if (path === "~" || path.startsWith("~/")) return join(homedir(), path.slice(1));
  return resolve(cwd, decodeURIComponent(path));
}

/** The files of a stack in such a folder. */
export function stateFiles(folder: string, stack: string): StateFiles {
  const base = join(folder, ".pulumi");
  return {
    state: join(base, "stacks", PROJECT, `${stack}.json`),
    locks: join(base, "locks", "organization", PROJECT, stack),
    older: [join(base, "backups", PROJECT, stack), join(base, "history", PROJECT, stack)],
  };
}
