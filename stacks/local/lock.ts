/** A lock for one process at a time; a dead holder cannot keep it. */

import { linkSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { privateFolder, readIfThere, writePrivate } from "./files";
import { codeOf } from "./local-error";
import { identify, isAlive, type ProcessIdentity } from "./process-identity";

/** Polling interval of a waiting process. */
const LOOK_MS = 50;

/** Content of a released ticket. */
const FREE = "free";

let draftCount = 0;

/**
 * Runs `work` while no other holder of the lock at `folder` runs theirs, in this process or another one.
 *
 * @param onWait called once, with the holder's pid, if the lock is taken
 */
export async function withLock<T>(folder: string, work: () => Promise<T>, onWait: (pid: number) => void): Promise<T> {
  privateFolder(folder);
  let told = false;
  let ticket = acquire(folder);
  while (typeof ticket !== "string") {
    if (!told) onWait(ticket.pid);
    told = true;
    await pause(LOOK_MS);
    ticket = acquire(folder);
  }
  try {
    return await work();
  } finally {
    writePrivate(ticket, FREE);
  }
}

/**
 * Tries once. Tickets are numbered files and the highest one decides; a dead or released ticket is followed by the next
 * number, never deleted first, so that two processes that both find a dead holder cannot both get the lock.
 *
 * @returns our ticket's path, or the holder
 */
function acquire(folder: string): string | ProcessIdentity {
  const highest = highestTicket(folder);
  const holder = highest > 0 ? holderOf(ticketPath(folder, highest)) : undefined;
  if (holder) return holder;
  const mine = ticketPath(folder, highest + 1);
  if (!createWhole(folder, mine)) return acquire(folder);
  if (highestTicket(folder) !== highest + 1) {
    rmSync(mine, { force: true });
    return acquire(folder);
  }
  for (const old of tickets(folder)) if (old <= highest) rmSync(ticketPath(folder, old), { force: true });
  return mine;
}

/** The living holder that a ticket names. */
function holderOf(path: string): ProcessIdentity | undefined {
  const [pid, start] = (readIfThere(path) ?? FREE).split("\n");
  const holder = { pid: Number(pid), start: start ?? "" };
  return Number.isInteger(holder.pid) && isAlive(holder) ? holder : undefined;
}

/** Creates a ticket with its content in one step; false where it exists. */
function createWhole(folder: string, path: string): boolean {
  const draft = join(folder, `draft-${process.pid}-${draftCount++}`);
  writeFileSync(draft, `${process.pid}\n${identify(process.pid)?.start ?? ""}`, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === "EEXIST") return false;
    throw thrown;
  } finally {
    rmSync(draft, { force: true });
  }
}

function tickets(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => /^ticket-(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number);
}

function highestTicket(folder: string): number {
  return Math.max(0, ...tickets(folder));
}

function ticketPath(folder: string, number: number): string {
  return join(folder, `ticket-${number}`);
}
