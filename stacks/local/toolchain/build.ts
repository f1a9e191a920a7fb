/** Builds programs from a pinned Go module: complete or absent, one build at a time. */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { privateFolder, syncToDisk } from "../files";
import { LocalError } from "../local-error";
import { withLock } from "../lock";
import { type Progress, step, waitingFor } from "../progress";
import { writeOverlay } from "./overlay";
import { BUILD_ENVIRONMENT, type Recipe, TARGET_ENVIRONMENT } from "./recipe";

/** A program of a module. */
export interface Target {
  readonly name: string;
  readonly goPackage: string;
}

/** Path of a built program, whether or not it exists. */
export function builtPath(recipe: Recipe, name: string): string {
  return join(recipe.cache, name);
}

/** Settings of a build. */
export interface BuildOptions {
  /** Path of Go. */
  readonly go: string;
  readonly progress: Progress;
  /**
   * Message at the start of the build.
   *
   * @default no message
   */
  readonly note?: string;
}

/** Builds missing programs. A second process that needs them waits for the first. */
export function build(recipe: Recipe, targets: readonly Target[], { go, progress, note }: BuildOptions): Promise<void> {
  const work = async (): Promise<void> => {
    const missing = targets.filter(({ name }) => !existsSync(builtPath(recipe, name)));
    if (missing.length === 0) return;
    const part = missing.map(({ name }) => name).join(", ");
    await step(progress, { part, step: "build", detail: note }, (tell) => buildMissing(recipe, missing, { go, tell }));
  };
  return withLock(recipe.lock, work, waitingFor(progress, recipe.name));
}

interface Run {
  readonly go: string;
  readonly tell: (detail: string) => void;
}

const DRAFT = "draft-";
const LAST_LINES = 15;

async function buildMissing(recipe: Recipe, targets: readonly Target[], run: Run): Promise<void> {
  privateFolder(recipe.cache);
  // We hold the lock: the builder of an existing draft is dead.
  for (const name of readdirSync(recipe.cache))
    if (name.startsWith(DRAFT)) rmSync(join(recipe.cache, name), { recursive: true, force: true });
  const draft = mkdtempSync(join(recipe.cache, DRAFT));
  try {
    const overlay = writeOverlay(recipe, join(draft, "overlay.json"), run.go);
    for (const target of targets) {
      await goBuild({ ...recipe, overlay }, target, join(draft, target.name), run);
      syncToDisk(join(draft, target.name));
      renameSync(join(draft, target.name), builtPath(recipe, target.name));
    }
    syncToDisk(recipe.cache);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** `-v` prints each package as it is compiled: progress, and a way to end an orphan, since writing to a closed pipe kills it. */
function goBuild(
  recipe: Recipe & { readonly overlay: readonly string[] },
  { name, goPackage }: Target,
  output: string,
  { go, tell }: Run,
): Promise<void> {
  tell(`${name}: nothing to compile yet`);
  const child = spawn(go, ["build", "-v", ...recipe.overlay, "-ldflags", recipe.linkerFlags, "-o", output, goPackage], {
    cwd: recipe.source,
    env: { ...process.env, ...BUILD_ENVIRONMENT, ...TARGET_ENVIRONMENT },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const last: string[] = [];
  let packages = 0;
  createInterface({ input: child.stderr }).on("line", (line) => {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    const fetched = /^go: downloading (\S+)/.exec(line)?.[1];
    if (fetched) tell(`${name}: downloads ${fetched}`);
    else if (/^[\w./~-]+$/.test(line)) tell(`${name}: ${++packages} packages compiled, now ${line}`);
  });
  return ended(child).then((ending) => {
    if (ending !== undefined)
      throw new LocalError(
        `${name} could not be built, go ${ending}; its last lines:\n${last.join("\n")}\n`,
        "fix go's error above, or put the official program on PATH",
      );
  });
}

/** How a program failed; `undefined` if it succeeded. */
function ended(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`));
  });
}
