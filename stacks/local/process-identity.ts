/** Identity of a process: its pid with its start time, so that a reused pid is never taken for ours. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process, distinct from earlier and later ones with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in the system's own format; only compared. */
  readonly start: string;
}

/** The identity of a running process, or `undefined` if none runs under that pid. */
export function identify(pid: number): ProcessIdentity | undefined {
  const start = process.platform === "linux" ? startFromProc(pid) : startFromPs(pid);
  return start === undefined ? undefined : { pid, start };
}

/** Whether this very process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.start === identity.start;
}

/**
 * Start time from Linux' `/proc/<pid>/stat`: its 22nd field (clock ticks since boot) with the boot it counts from.
 * A zombie counts as ended: in a container whose first process reaps nothing, it would stay forever.
 */
export function startFromStat(bootId: string, stat: string): string | undefined {
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields[18];
  return state === undefined || "ZX".includes(state) || ticks === undefined ? undefined : `${bootId.trim()}:${ticks}`;
}

function startFromProc(pid: number): string | undefined {
  try {
    return startFromStat(readFileSync("/proc/sys/kernel/random/boot_id", "utf8"), readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

function startFromPs(pid: number): string | undefined {
  const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  return status === 0 ? stdout.trim() || undefined : undefined;
}
