/** A cache folder that is filled once: complete or absent, by one process at a time. */

import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, privateFolder, writePrivate } from "../local/files";
import { withLock } from "../local/lock";
import { type Progress, step, waitingFor } from "../local/progress";

/** What to install. */
export interface Installation {
  /** For people and for the folder's name. */
  readonly name: string;
  /** Everything that determines the content: other inputs use another folder. */
  readonly inputs: readonly string[];
  /** Fills the folder. */
  readonly fill: (folder: string, tell: (detail: string) => void) => Promise<void>;
}

/** Written last: a folder without it is incomplete. */
const COMPLETE = ".complete";

/** Returns the folder, filled first if needed. A virtual environment cannot be moved, so it is created in place. */
export function installed({ name, inputs, fill }: Installation, progress: Progress): Promise<string> {
  const key = `${name}-${createHash("sha256").update(JSON.stringify(inputs)).digest("hex").slice(0, 16)}`;
  const folder = join(cacheFolder(), key);
  const work = async (): Promise<string> => {
    if (existsSync(join(folder, COMPLETE))) return folder;
    rmSync(folder, { recursive: true, force: true });
    privateFolder(folder);
    await step(progress, { part: name, step: "install" }, (tell) => fill(folder, tell));
    writePrivate(join(folder, COMPLETE), `${JSON.stringify(inputs)}\n`);
    return folder;
  };
  if (existsSync(join(folder, COMPLETE))) return Promise.resolve(folder);
  return withLock(join(cacheFolder(), "locks", key), work, waitingFor(progress, name));
}
