/** The instance's processes: each in its own session, recorded in a file that it writes itself, and ended only through that file. */

import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readIfThere } from "../files";
import { identify, isAlive, type ProcessIdentity, startFromStat } from "../process-identity";
import type { Command } from "./commands";
import { CONTROL_PLANE_PARTS, type ControlPlanePart, type Instance } from "./instance";

/** A running program of the instance. */
export interface RunningPart extends ProcessIdentity {
  /** Digest of the command that started it. */
  readonly command: string;
}

/** Grace period of a program before it is killed. */
const GRACE_MS = 10_000;
const LOOK_MS = 20;
const LOG_LINES = 15;
/** Upper bound of what these lines take. */
const TAIL_BYTES = 64 * 1024;

/**
 * Writes its identity, then becomes the program. The file exists before the program does, so that a kill in between
 * leaves no process without a file. Arguments: the file, the command's digest, the command.
 */
const LAUNCHER = `umask 077
file=$1; digest=$2; shift 2
{ echo $$; echo "$digest"; cat /proc/sys/kernel/random/boot_id /proc/$$/stat 2>/dev/null || LC_ALL=C ps -o lstart= -p $$; } > "$file.tmp"
mv "$file.tmp" "$file" && exec "$@"`;

/** The instance's program, if it runs. */
export function runningPart(instance: Instance, part: ControlPlanePart): RunningPart | undefined {
  const running = parsePidFile(readIfThere(pidFile(instance, part)) ?? "");
  return running && isAlive(running) ? running : undefined;
}

/** Whether the instance's program has ended although nobody stopped it. */
export function hasDied(instance: Instance, part: ControlPlanePart): boolean {
  return existsSync(pidFile(instance, part)) && runningPart(instance, part) === undefined;
}

/** Whether somebody stopped all programs. One that could not write its file, on a full disk, is alone without. */
export function isStopped(instance: Instance): boolean {
  return CONTROL_PLANE_PARTS.every((part) => !existsSync(pidFile(instance, part)));
}

/** What a process recorded of itself; `undefined` if malformed. */
export function parsePidFile(text: string): RunningPart | undefined {
  const [first = "", command, third, fourth] = text.split("\n");
  const pid = Number(first);
  if (!/^\d+$/.test(first) || pid <= 1 || !command || !third) return undefined;
  const start = fourth ? startFromStat(third, fourth) : third.trim();
  return start === undefined ? undefined : { pid, command, start };
}

/** Starts a program in its own session, so that it outlives this process and its terminal. */
export function launch(instance: Instance, part: ControlPlanePart, command: Command): ChildProcess {
  rmSync(pidFile(instance, part), { force: true });
  const log = logFile(instance, part);
  if (existsSync(log)) renameSync(log, `${log}.previous`);
  const output = openSync(log, "a", 0o600);
  try {
    const child = spawn(
      "/bin/sh",
      ["-c", LAUNCHER, "sh", pidFile(instance, part), commandDigest(command), command.program, ...command.arguments],
      { cwd: instance.folder, detached: true, stdio: ["ignore", output, output], env: environment() },
    );
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

/** Ends a program: SIGTERM, wait, SIGKILL. Does nothing if it does not run. */
export async function end(instance: Instance, part: ControlPlanePart): Promise<void> {
  const running = runningPart(instance, part);
  if (running) {
    signal(running, "SIGTERM");
    if (!(await ended(running, GRACE_MS))) {
      signal(running, "SIGKILL");
      await ended(running, GRACE_MS);
    }
  }
  rmSync(pidFile(instance, part), { force: true });
}

/** Digest of a command, to detect a program that runs with another one. */
export function commandDigest(command: Command): string {
  return createHash("sha256")
    .update(JSON.stringify([command.program, command.arguments]))
    .digest("hex")
    .slice(0, 16);
}

/** The last lines of a program's log. */
export function lastLines(instance: Instance, part: ControlPlanePart): string {
  const log = logFile(instance, part);
  return existsSync(log) ? tail(log).trimEnd().split("\n").slice(-LOG_LINES).join("\n") : "";
}

/** The end of a file: a log may be larger than memory. */
function tail(path: string): string {
  const file = openSync(path, "r");
  try {
    const size = fstatSync(file).size;
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString("utf8", 0, read);
  } finally {
    closeSync(file);
  }
}

/** Path of a program's log. */
export function logFile(instance: Instance, part: ControlPlanePart): string {
  return join(instance.logs, `${part}.log`);
}

function pidFile(instance: Instance, part: ControlPlanePart): string {
  return join(instance.run, `${part}.pid`);
}

/** Without the user's proxies and settings: these programs talk to loopback only. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR };
}

function signal(running: ProcessIdentity, name: NodeJS.Signals): void {
  if (identify(running.pid)?.start === running.start) process.kill(running.pid, name);
}

async function ended(running: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isAlive(running)) {
    if (Date.now() > deadline) return false;
    await pause(LOOK_MS);
  }
  return true;
}
