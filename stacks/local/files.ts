/** Files of this machine: where they live, and writes that are whole or not there. */

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, symlinkSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { projectName } from "../project";
import { codeOf, LocalError } from "./local-error";

/** Where built programs are kept: one folder for all checkouts of this user. */
export function cacheFolder(): string {
  return resolve(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "beamstack-iac");
}

/** Where the control planes of a project live, apart from those of others: `local` is a name that many have. `BEAMSTACK_IAC_HOME` names another place. */
export function stateFolder(): string {
  const base = process.env["XDG_STATE_HOME"] || join(homedir(), ".local", "state");
  return resolve(process.env["BEAMSTACK_IAC_HOME"] || join(base, "beamstack-iac", projectName()));
}

/** Root of this package: compiled code runs from `dist`, its data files stay beside `package.json`. */
export function packageRoot(): string {
  for (let at = __dirname; at !== dirname(at); at = dirname(at)) {
    const text = readIfThere(join(at, "package.json"));
    if (text !== undefined && /"name":\s*"beamstack-iac"/.test(text)) return at;
  }
  throw new Error(`no package.json of beamstack-iac above ${__dirname}`);
}

/**
 * Creates a folder only its owner may enter, with its parents.
 *
 * @throws LocalError where this user cannot
 */
export function privateFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === undefined) throw thrown;
    throw new LocalError(
      `the folder ${path} cannot be made: ${code}`,
      "set BEAMSTACK_IAC_HOME and XDG_CACHE_HOME to folders that you can write to",
    );
  }
  return path;
}

/** The text of a file, or `undefined` where there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}

/** Writes a file that only its owner may read, whole. */
export function writePrivate(path: string, text: string): void {
  writeWhole(path, text, 0o600);
}

/** Writes a file; whoever reads it, or is killed on the way, finds the old content or the new one. */
export function writeWhole(path: string, text: string, mode: number): void {
  const draft = `${path}.${process.pid}.tmp`;
  const file = openSync(draft, "w", mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

/** Makes `path` a link to `target` and replaces what is there, so that two processes may do it at once. */
export function linkTo(target: string, path: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  symlinkSync(target, draft);
  renameSync(draft, path);
}

/** Waits until the disk has a file or folder, so that a loss of power leaves nothing half written under its name. */
export function syncToDisk(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
