/** Temporary folders that do not outlive a killed run: the next run of this user removes them. */

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { identify } from "./process-identity";

/** Containers may share the folder, and do not see the processes of each other. */
const PREFIX = `beamstack-iac-scratch-${hostname()}-`;

/** After the prefix: pid, start time of the process in digits, purpose. */
const NAME = /^(\d+)-(\d*)-/;

/** Creates a temporary folder of this process, and removes those of dead processes. */
export function scratchFolder(purpose: string, parent: string = tmpdir()): string {
  for (const name of readdirSync(parent)) if (isAbandoned(name)) removeIfOurs(join(parent, name));
  return mkdtempSync(join(parent, `${PREFIX}${process.pid}-${startOf(process.pid) ?? ""}-${purpose}-`));
}

function isAbandoned(name: string): boolean {
  const [, pid, start] = (name.startsWith(PREFIX) && NAME.exec(name.slice(PREFIX.length))) || [];
  return pid !== undefined && startOf(Number(pid)) !== start;
}

/** Start time in a form that fits into a file's name. */
function startOf(pid: number): string | undefined {
  return identify(pid)?.start.replace(/\D/g, "");
}

/** Other users have runs of their own. */
function removeIfOurs(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // It is not ours, or another run removes it.
  }
}
