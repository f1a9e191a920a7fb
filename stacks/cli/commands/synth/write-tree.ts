/** Puts a tree of files on disk: writes what changed, removes what left the tree, touches nothing that is not ours. */

import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { digestText } from "#lib/core/digest";
import { compareText } from "#lib/core/order";
import type { Problem, Result } from "#lib/core/problem";
import { codeOf } from "../../../local/local-error";
import { foldersOf, lookAt, type OnDisk } from "./on-disk";
import { LIST_FILE, listText, readList, type TreeList } from "./tree-list";

/** What happened to the files. */
export interface WrittenTree {
  /** Paths of files that are new or have another text, sorted. */
  readonly written: readonly string[];
  /** How many files had their text already. */
  readonly unchanged: number;
  /** Paths of files that left the tree, sorted. */
  readonly removed: readonly string[];
}

/**
 * Makes the files below `folder` those of `tree`. Only files that an earlier run wrote, and that nobody changed since,
 * are overwritten or removed; anything else in their place is a problem, and so is the tree of another environment. Then
 * nothing is written at all.
 */
export function writeTree(folder: string, tree: ReadonlyMap<string, string>, environment: string): Result<WrittenTree> {
  const root = resolve(folder);
  try {
    return writeBelow(root, tree, environment);
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === undefined) throw thrown;
    const got = thrown instanceof Error ? thrown.message : code;
    const fix = "choose another folder, or make room and give the right to write there; what was written so far is ours for the next run";
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
    // Both lists are on disk while files change: a run that is killed half-way leaves nothing that the next one takes for foreign.
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

/** Folders first: below a symbolic link nothing may be looked at. */
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

/** A controller that prunes would take the one environment away and put the other in its place. */
function listOf(root: string, environment: string): Result<TreeList> {
  const list = readList(root);
  if (!list.ok || (list.value.environment ?? environment) === environment) return list;
  const other = problem("other-environment", root, {
    got: `the files of environment ${list.value.environment}`,
    allowed: `a folder with files of ${environment}, or none`,
    fix: `give each environment a folder of its own, such as --out gitops/${environment}; to put it here, remove this folder first`,
  });
  return { ok: false, problems: [other] };
}

/** What keeps a tree from being written. */
type Obstacle = "cannot-write" | "in-the-way" | "foreign-file" | "edited-file" | "other-environment";

function problem(rule: Obstacle, path: string, rest: Pick<Problem, "got" | "allowed" | "fix">): Problem {
  return { id: `synth.${rule}`, path, ...rest };
}

/** With its parents, one by one: Node's own way never ends where a file system takes no folders, such as `/proc`. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (thrown) {
    // Another run was faster.
    if (codeOf(thrown) !== "EEXIST") throw thrown;
  }
}

/** Through a file beside it, so that a reader sees the old text or the new one and never half of either. */
function replaceFile(root: string, path: string, text: string): void {
  const target = join(root, path);
  makeFolder(dirname(target));
  const beside = `${target}.${process.pid}.tmp`;
  // A killed run of the same process id may have left one; "wx" never writes through a link.
  rmSync(beside, { force: true });
  writeFileSync(beside, text, { flag: "wx" });
  renameSync(beside, target);
}

/** Folders that this leaves empty go too. */
function removeFile(root: string, path: string): void {
  unlinkSync(join(root, path));
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    try {
      rmdirSync(join(root, folder));
    } catch {
      // Not empty: it holds somebody else's files, or more of ours.
      return;
    }
  }
}
