/** Location of a stack's state, if it is a folder of this machine. */

import { join, resolve } from "node:path";
import { accountHome } from "../local/files";

/** A stack, as the engine names it. */
export interface StackName {
  /** Name of the Pulumi project. */
  readonly project: string;
  readonly stack: string;
}

/** Files of a stack in a file backend. Source of the layout: pulumi/pkg backend/diy. */
export interface StateFiles {
  /** The state itself. */
  readonly state: string;
  /** Locks of running operations. */
  readonly locks: string;
  /** Folders with older states, one file each. */
  readonly older: readonly string[];
}

/** The folder of a `file://` backend; `undefined` for any other. Relative paths start at the engine's working directory. */
export function backendFolder(url: string, cwd: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const path = url.slice("file://".length).replace(/\?.*$/, "");
  if (path === "~" || path.startsWith("~/")) return join(accountHome(), path.slice(1));
  return resolve(cwd, decodeURIComponent(path));
}

/** The files of a stack in such a folder. */
export function stateFiles(folder: string, { project, stack }: StackName): StateFiles {
  const base = join(folder, ".pulumi");
  return {
    state: join(base, "stacks", project, `${stack}.json`),
    locks: join(base, "locks", "organization", project, stack),
    older: [join(base, "backups", project, stack), join(base, "history", project, stack)],
  };
}
