/** Locks of a file backend: the engine never removes the lock of a killed process; we do if its holder is certainly dead. */

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isJsonObject } from "#lib/core/json";
import { identify } from "../local/process-identity";

/** The holder of a lock. */
export interface Lock {
  readonly path: string;
  readonly pid: number;
  readonly host: string;
  readonly user: string;
  /** When it was taken, ISO 8601. */
  readonly since: string;
}

/** Removes the locks of dead processes of this host. @returns those removed, and those that remain */
export function clearStaleLocks(folder: string): { readonly cleared: readonly Lock[]; readonly held: readonly Lock[] } {
  const locks = readLocks(folder);
  const cleared = locks.filter(isStale);
  for (const { path } of cleared) rmSync(path, { force: true });
  return { cleared, held: locks.filter((lock) => !cleared.includes(lock)) };
}

/** The locks in a folder. */
export function readLocks(folder: string): Lock[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => parseLock(join(folder, name)));
}

/** An unreadable lock was interrupted while it was written; its writer never started the operation. */
function parseLock(path: string): Lock[] {
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (!isJsonObject(content)) return [];
    const { pid, hostname: host, username, timestamp } = content;
    return [{ path, pid: Number(pid), host: String(host), user: String(username), since: String(timestamp) }];
  } catch {
    return [{ path, pid: 0, host: hostname(), user: "", since: "" }];
  }
}

/** Whether the holder is certainly dead, which can be known only for processes of this host. */
export function isStale({ pid, host, since }: Lock): boolean {
  if (host !== hostname()) return false;
  const taken = Date.parse(since);
  const started = startOf(pid);
  // A process that started after the lock was taken has reused the pid.
  return started === undefined || (Number.isFinite(taken) && started > taken + CLOCK_GRAIN_MS);
}

/** Start times have a resolution of 10 ms and count from a boot time in whole seconds. */
const CLOCK_GRAIN_MS = 2_000;

/** Start time of the process, in milliseconds of the epoch; 0 if unknown; `undefined` if none runs under this pid. */
function startOf(pid: number): number | undefined {
  const identity = pid > 0 ? identify(pid) : undefined;
  if (!identity) return undefined;
  const ticks = Number(identity.start.split(":").at(-1));
  const boot = bootTime();
  return boot === undefined || !Number.isFinite(ticks) ? 0 : boot + ticks * 10;
}

function bootTime(): number | undefined {
  if (process.platform !== "linux") return undefined;
  const seconds = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}
