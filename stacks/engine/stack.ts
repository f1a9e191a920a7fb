/** Prepares a stack for an operation: it exists, is unlocked, and has a state that the engine accepts. */

import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { CommandError, EXIT } from "../cli/exit-codes";
import { privateFolder, writePrivate } from "../local/files";
import { scratchFolder } from "../local/scratch";
import { isRehearsal, REHEARSAL_VARIABLE } from "../program/rehearsal";
import { backendFolder, stateFiles } from "./backend";
import { callEngine } from "./engine";
import { clearStaleLocks, type Lock, readLocks } from "./locks";
import type { EngineSettings } from "./settings";
import { type Recovery, recoverState } from "./state";

/**
 * Whether the stack exists. Asks the engine only if its state is not on this machine.
 *
 * @throws CommandError if the state is unreachable
 */
async function stackExists(settings: EngineSettings): Promise<boolean> {
  if (settings.files) return existsSync(settings.files.state);
  const { code, stderr } = await callEngine(settings, ["stack", "select", settings.stack]);
  if (code === 0) return true;
  if (/no stack named/.test(stderr)) return false;
  throw new CommandError(EXIT.configuration, `the stack ${settings.stack} cannot be looked up: ${engineError(stderr)}`, nextFor(stderr));
}

/**
 * Runs a read-only operation on a stack. A stack that does not exist is replaced by an empty one in a temporary folder: nothing
 * is written to the backend, and no passphrase is needed.
 */
export async function lookAtStack(
  settings: EngineSettings,
  look: (settings: EngineSettings, stack: "existing" | "new") => Promise<void>,
): Promise<void> {
  if (await stackExists(settings)) return look(settings, "existing");
  const scratch = scratchFolder("preview");
  const env = {
    ...settings.env,
    PULUMI_BACKEND_URL: `file://${scratch}`,
    ...(isRehearsal(settings.env) && { [REHEARSAL_VARIABLE]: `file://${scratch}` }),
    PULUMI_OPTION_CONFIG_FILE: join(scratch, `Pulumi.${settings.stack}.yaml`),
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
  };
  const empty = { ...settings, env, files: stateFiles(scratch, settings) };
  try {
    await ensureStack(empty);
    await look(empty, "new");
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Creates the stack if it does not exist. */
export async function ensureStack(settings: EngineSettings): Promise<void> {
  const folder = backendFolder(settings.env["PULUMI_BACKEND_URL"] ?? "", settings.cwd);
  if (folder !== undefined) privateFolder(folder);
  if (await stackExists(settings)) return;
  // A run that was killed before its first state left a lock, which `stack init` does not pass.
  if (settings.files) clearStaleLocks(settings.files.locks);
  const { code, stderr } = await callEngine({ ...settings, cwd: initFolder(settings) }, ["stack", "init", settings.stack]);
  if (code !== 0)
    throw new CommandError(EXIT.configuration, `the stack ${settings.stack} cannot be created: ${engineError(stderr)}`, nextFor(stderr));
}

/**
 * `stack init` writes the stack's encryption salt beside the project file and, unlike all other commands, has no option for
 * another path. If the configuration is kept elsewhere, it runs there, beside a project file with only the name.
 */
function initFolder({ env, cwd, project }: EngineSettings): string {
  const config = env["PULUMI_OPTION_CONFIG_FILE"];
  if (!config) return cwd;
  writePrivate(join(dirname(config), "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
  return dirname(config);
}

/** @throws CommandError with code 6 if the stack does not exist */
export async function requireStack(settings: EngineSettings): Promise<void> {
  if (await stackExists(settings)) return;
  throw new CommandError(
    EXIT.stackNotFound,
    `there is no stack ${settings.stack}`,
    `create it with beamstack-iac up ${settings.stack}${isRehearsal(settings.env) ? " --rehearse" : ""}`,
  );
}

/**
 * Removes the locks of dead processes and repairs what they left.
 *
 * @throws CommandError if a live process, or one of another host, holds the lock
 */
export function recoverStack({ files, stack }: EngineSettings): Recovery {
  if (!files) return { notes: [], refresh: false };
  const { cleared, held } = clearStaleLocks(files.locks);
  const [holder] = held;
  if (holder) throw lockedBy(stack, holder);
  const notes = cleared.map(({ pid, since }) => `removed the lock of dead process ${pid} (taken ${since || "half-way"})`);
  const { notes: more, refresh } = recoverState(files);
  // A process that died while it held the lock may have done more than the state records.
  return { notes: [...notes, ...more], refresh: refresh || cleared.length > 0 };
}

/**
 * Names the holder if the engine ended because the stack is locked: the engine's own advice would break the other run.
 *
 * @throws CommandError if a process holds the lock
 */
export function refuseLocked({ files, stack }: EngineSettings, stderr: string): void {
  const [holder] = files && /currently locked by/.test(stderr) ? readLocks(files.locks) : [];
  if (holder) throw lockedBy(stack, holder);
}

function lockedBy(stack: string, { pid, host, user, since }: Lock): CommandError {
  return new CommandError(
    EXIT.other,
    `the stack ${stack} is locked by process ${pid} of ${user}@${host} since ${since}`,
    "wait until it ends; if it is on another machine and dead, run pulumi cancel",
  );
}

/** The engine's error in one line. */
export function engineError(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !/^warning: using pulumi-/.test(line));
  return lines.map((line) => line.replace(/^error: /, "").trim()).join(" ") || "no reason given";
}

function nextFor(stderr: string): string {
  return /passphrase/.test(stderr)
    ? "set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE"
    : "set PULUMI_BACKEND_URL to where the state is";
}
