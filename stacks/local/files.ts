/** Files of this machine: their locations, and atomic writes. */

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { projectName } from "../project";
import { codeOf, LocalError } from "./local-error";

/** Folder of built programs, shared by all checkouts of this user. */
export function cacheFolder(): string {
  return resolve(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "beamstack-iac");
}

/** The home directory of the password database, where the engine looks whatever HOME says. Source: Go's `user.Current` with cgo. */
export function accountHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    // A user without an entry, as in many containers.
    return homedir();
  }
}

/** Folder of a project's control planes, separate per project: many have a `local`. `BEAMSTACK_IAC_HOME` overrides it. */
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
 * Creates a folder that only its owner may enter, with its parents.
 *
 * @throws LocalError if this user cannot
 */
export function privateFolder(path: string): string {
  try {
    makeFolder(resolve(path));
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === undefined) throw thrown;
    throw new LocalError(
      `the folder ${path} cannot be created: ${code}`,
      "set BEAMSTACK_IAC_HOME and XDG_CACHE_HOME to folders that you can write to",
    );
  }
  return path;
}

/** Level by level: `recursive` of Node 20 never returns where a parent exists and refuses with ENOENT, as in /proc. */
function makeFolder(path: string): void {
  if (isFolder(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (thrown) {
    if (codeOf(thrown) !== "EEXIST" || !isFolder(path)) throw thrown;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The text of a file, or `undefined` if there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}

/** Writes a file that only its owner may read, atomically. */
export function writePrivate(path: string, text: string): void {
  writeWhole(path, text, 0o600);
}

/** Writes a file atomically: readers, and a run after a kill, find the old content or the new. */
export function writeWhole(path: string, text: string, mode: number): void {
  const draft = `${path}.${process.pid}.tmp`;
  const file = openSync(draft, "w", mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } catch (thrown) {
    // As on a full disk, which a draft would keep full.
    rmSync(draft, { force: true });
    throw thrown;
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

/** Atomically replaces `path` with a link to `target`, so that two processes may do it at once. */
export function linkTo(target: string, path: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  symlinkSync(target, draft);
  renameSync(draft, path);
}

/** Flushes a file or folder to disk, so that a loss of power leaves no partial content under its name. */
export function syncToDisk(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
