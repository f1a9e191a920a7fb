/** Programs from an official release archive: complete or absent, one download at a time. */

import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, privateFolder, syncToDisk } from "../files";
import { codeOf, LocalError } from "../local-error";
import { withLock } from "../lock";
import { type Progress, step, waitingFor } from "../progress";
import { runProgram } from "../run-program";
import { download, type Patience, Unavailable } from "./download";
import type { ReleaseArchive } from "./releases";

/** An archive, its programs, and its download address. */
export interface ArchiveRecipe {
  /** Name in messages. */
  readonly name: string;
  readonly archive: ReleaseArchive;
  readonly programs: readonly string[];
  readonly from: URL;
  /** @default fifteen seconds for a response, thirty without data */
  readonly patience?: Patience;
}

/** Path of a program of an archive, whether or not it exists. Each digest has its own folder. */
export function unpackedPath(name: string, { digest }: ReleaseArchive, program: string): string {
  const [, hex = ""] = digest.split(":");
  return join(cacheFolder(), `${name}-release-${hex.slice(0, 16)}`, program);
}

/**
 * Downloads and unpacks missing programs. A second process that needs them waits for the first.
 *
 * @returns why the archive is not available, or `undefined` if the programs exist
 */
export async function fetchArchive(recipe: ArchiveRecipe, progress: Progress): Promise<string | undefined> {
  const folder = unpackedPath(recipe.name, recipe.archive, "");
  const work = async (): Promise<void> => {
    if (recipe.programs.every((program) => existsSync(join(folder, program)))) return;
    const { origin, pathname } = recipe.from;
    const at = { part: recipe.programs.join(", "), step: "download", detail: `${origin}${pathname}` };
    await step(progress, at, (tell) => fetchMissing(recipe, folder, tell));
  };
  try {
    await withLock(join(cacheFolder(), "locks", `${recipe.name}-release`), work, waitingFor(progress, recipe.name));
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Unavailable) return thrown.message;
    throw thrown;
  }
}

async function fetchMissing(recipe: ArchiveRecipe, folder: string, tell: (detail: string) => void): Promise<void> {
  const { archive, from: url, patience } = recipe;
  const draft = `${folder}.draft`;
  // We hold the lock: an existing draft belongs to a killed process.
  rmSync(draft, { recursive: true, force: true });
  privateFolder(draft);
  try {
    const file = join(draft, "archive");
    await download({ url, digest: archive.digest, file }, tell, patience);
    const programs = await unpack(recipe, file, draft);
    for (const name of readdirSync(programs)) syncToDisk(join(programs, name));
    rmSync(folder, { recursive: true, force: true });
    renameSync(programs, folder);
    syncToDisk(cacheFolder());
  } catch (thrown) {
    if (thrown instanceof Unavailable) tell(thrown.message);
    throw thrown;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The folder with the programs. */
async function unpack({ archive, programs, name }: ArchiveRecipe, file: string, draft: string): Promise<string> {
  const out = join(draft, "programs");
  mkdirSync(out, { mode: 0o700 });
  if (archive.folder === undefined) {
    for (const program of programs) renameSync(file, join(out, program));
  } else {
    const { folder, takes = "programs" } = archive;
    const members = takes === "folder" ? [folder] : programs.map((program) => `${folder}/${program}`);
    await untar({ name, file, out, depth: folder.split("/").length }, members);
  }
  for (const program of programs) chmodSync(join(out, program), 0o755);
  return out;
}

/** Every Linux and macOS has `tar`, and all implementations know these options. With `o`, files belong to this user, even root. */
async function untar(
  { name, file, out, depth }: { readonly name: string; readonly file: string; readonly out: string; readonly depth: number },
  members: readonly string[],
): Promise<void> {
  try {
    await runProgram("tar", ["-xzof", file, "-C", out, `--strip-components=${depth}`, ...members]);
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") throw new Unavailable("there is no tar on PATH to unpack it with");
    throw new LocalError(
      `the archive of ${name} cannot be unpacked: ${thrown instanceof Error ? thrown.message : thrown}`,
      "see tar's error",
    );
  }
}
