/** Locks of a file backend: the engine never takes back what a killed process left, so we do, where it is sure that nobody holds it. */

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { isJsonObject } from "#lib/core/json";
import { identify } from "../local/process-identity";

/** Who holds a lock. */
export interface Lock {
  readonly path: string;
  readonly pid: number;
  readonly host: string;
  readonly user: string;
  /** When it was taken, ISO 8601. */
  readonly since: string;
}

/** Removes the locks of processes of this host that are dead. @returns those removed, and those that stand */
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

/** A lock that cannot be read was cut off while it was written; its writer never got to work under it. */
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

/** Is the holder certainly gone? Only a process of this host can be known to be dead. */
export function isStale({ pid, host, since }: Lock): boolean {
  if (host !== hostname()) return false;
  const taken = Date.parse(since);
  const started = startOf(pid);
  // A process that began after the lock was taken has only inherited the number.
  return started === undefined || (Number.isFinite(taken) && started > taken + CLOCK_GRAIN_MS);
}

/** Start times are known to a tick of 10 ms and counted from a boot time known to the second. */
const CLOCK_GRAIN_MS = 2_000;

/** When the process of that pid began, in milliseconds of the epoch; 0 where that cannot be told; `undefined` where none runs. */
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
