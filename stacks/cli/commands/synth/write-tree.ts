/** Writes a tree of files to disk: writes changes, prunes files that left the tree, touches no foreign file. */

import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { digestText } from "#lib/core/digest";
import { compareText } from "#lib/core/order";
import type { Problem, Result } from "#lib/core/problem";
import { codeOf } from "../../../local/local-error";
import { foldersOf, lookAt, type OnDisk } from "./on-disk";
import { LIST_FILE, listText, readList, type TreeList } from "./tree-list";

/** Result of a write. */
export interface WrittenTree {
  /** Paths of new and changed files, sorted. */
  readonly written: readonly string[];
  /** Number of unchanged files. */
  readonly unchanged: number;
  /** Paths of pruned files, sorted. */
  readonly removed: readonly string[];
}

/**
 * Makes the files below `folder` match `tree`. Overwrites and removes only files that an earlier run wrote and that are
 * unchanged since; any other file at their path is a problem, and so is the tree of another environment. Then nothing is
 * written.
 */
export function writeTree(folder: string, tree: ReadonlyMap<string, string>, environment: string): Result<WrittenTree> {
  const root = resolve(folder);
  try {
    return writeBelow(root, tree, environment);
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === undefined) throw thrown;
    const got = thrown instanceof Error ? thrown.message : code;
    const fix = "choose another folder, or free disk space and allow writing there; the next run continues from the files written so far";
    return { ok: false, problems: [problem("cannot-write", root, { got, allowed: "a folder that this user can write to", fix })] };
  }
}

function writeBelow(root: string, tree: ReadonlyMap<string, string>, environment: string): Result<WrittenTree> {
  const list = listOf(root, environment);
  if (!list.ok) return list;
  const known = list.value;
  const plan = planOf(root, tree, known);
  if (plan.problems.length > 0) return { ok: false, problems: plan.problems };
  const files = Object.fromEntries([...tree].map(([path, text]) => [path, digestText(text)]));
  const done = listText({ environment, files });
  if (plan.written.length + plan.removed.length > 0 || listText(known) !== done) {
    // Both lists are on disk while files change: after a kill half-way, the next run recognizes every file as ours.
    replaceFile(root, LIST_FILE, listText({ environment, files: known.files, pending: files }));
    for (const path of plan.written) replaceFile(root, path, tree.get(path) ?? "");
    for (const path of plan.removed) removeFile(root, path);
    replaceFile(root, LIST_FILE, done);
  }
  return { ok: true, value: { written: plan.written, unchanged: tree.size - plan.written.length, removed: plan.removed }, warnings: [] };
}

interface Plan {
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly problems: readonly Problem[];
}

/** Folders first: nothing below a symbolic link may be read. */
function planOf(root: string, tree: ReadonlyMap<string, string>, known: TreeList): Plan {
  const ours = ourPaths(known);
  const blocked = foldersOf([...tree.keys(), ...ours]).flatMap((folder) => folderProblems(root, folder));
  if (blocked.length > 0) return { written: [], removed: [], problems: blocked };
  const written = [...tree.keys()].map((path) => at(root, path)).filter(({ path, found }) => !holds(found, tree.get(path) ?? ""));
  const left = ours.filter((path) => !tree.has(path)).map((path) => at(root, path));
  const removed = left.filter(({ found }) => found.type !== "absent");
  return {
    written: written.map(({ path }) => path),
    removed: removed.map(({ path }) => path),
    problems: [...written, ...removed].flatMap(({ path, found }) => obstacle(path, found, known)),
  };
}

function at(root: string, path: string): { readonly path: string; readonly found: OnDisk } {
  return { path, found: lookAt(join(root, path)) };
}

function holds(found: OnDisk, text: string): boolean {
  return found.type === "file" && found.digest === digestText(text);
}

function ourPaths(known: TreeList): string[] {
  return [...new Set([...Object.keys(known.files), ...Object.keys(known.pending ?? {})])].sort(compareText);
}

function folderProblems(root: string, folder: string): Problem[] {
  const found = lookAt(join(root, folder));
  if (found.type === "absent" || found.type === "folder") return [];
  return [
    problem("in-the-way", folder, {
      got: found.type === "file" ? "a file where a folder goes" : `a ${found.type} where a folder goes`,
      allowed: "a folder, or nothing",
      fix: `move ${folder} away`,
    }),
  ];
}

function obstacle(path: string, found: OnDisk, known: TreeList): Problem[] {
  if (found.type === "absent") return [];
  if (found.type !== "file")
    return [
      problem("in-the-way", path, { got: `a ${found.type} where a file goes`, allowed: "a file, or nothing", fix: `move ${path} away` }),
    ];
  const ours = [known.files[path], known.pending?.[path]].filter((digest) => digest !== undefined);
  if (ours.includes(found.digest)) return [];
  return [
    ours.length === 0
      ? problem("foreign-file", path, {
          got: "a file that this program did not write",
          allowed: "a file of an earlier run, or nothing",
          fix: `move ${path} away, or choose another folder`,
        })
      : problem("edited-file", path, {
          got: "a file that was changed after this program wrote it",
          allowed: "the text that was written",
          fix: `bring the change into the environment file, then delete ${path} and run again`,
        }),
  ];
}

/** A controller that prunes would delete one environment and create the other. */
function listOf(root: string, environment: string): Result<TreeList> {
  const list = readList(root);
  if (!list.ok || (list.value.environment ?? environment) === environment) return list;
  const other = problem("other-environment", root, {
    got: `the files of environment ${list.value.environment}`,
    allowed: `a folder with files of ${environment}, or none`,
    fix: `give each environment its own folder, such as --out gitops/${environment}; to write here, delete this folder first`,
  });
  return { ok: false, problems: [other] };
}

/** Reasons that keep a tree from being written. */
type Obstacle = "cannot-write" | "in-the-way" | "foreign-file" | "edited-file" | "other-environment";

function problem(rule: Obstacle, path: string, rest: Pick<Problem, "got" | "allowed" | "fix">): Problem {
  return { id: `synth.${rule}`, path, ...rest };
}

/** Creates parents one by one: Node's recursive mkdir never ends on file systems that allow no folders, such as `/proc`. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (thrown) {
    // Another run created it first.
    if (codeOf(thrown) !== "EEXIST") throw thrown;
  }
}

/** Writes a temporary file and renames it, so that a reader sees the old content or the new, never a part. */
function replaceFile(root: string, path: string, text: string): void {
  const target = join(root, path);
  makeFolder(dirname(target));
  const beside = `${target}.${process.pid}.tmp`;
  // A killed run with the same process id may have left one; "wx" never writes through a link.
  rmSync(beside, { force: true });
  writeFileSync(beside, text, { flag: "wx" });
  renameSync(beside, target);
}

/** Also removes folders that become empty. */
function removeFile(root: string, path: string): void {
  unlinkSync(join(root, path));
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    try {
      rmdirSync(join(root, folder));
    } catch {
      // Not empty: it holds foreign files, or more of ours.
      return;
    }
  }
}
