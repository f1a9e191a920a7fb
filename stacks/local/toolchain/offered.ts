/** Installed copies of a program, and whether their version is supported. */

import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { LocalError } from "../local-error";
import type { Part } from "./parts";
import { accepts, parseVersion } from "./versions";

/** Environment variables whose folders are searched, best first. */
const SEARCHED = ["BEAMSTACK_IAC_TOOLCHAIN", "PATH"] as const;

/** A copy and whether it is supported. */
export interface Offer {
  /** The variable whose folder contains it. */
  readonly by: (typeof SEARCHED)[number];
  readonly path: string;
  /**
   * Version that it reports.
   *
   * @default unknown
   */
  readonly version?: string;
  readonly accepted: boolean;
}

/** The first copy of a part for each variable, in order of preference. */
export function offers(part: Part): Promise<Offer[]> {
  const found = SEARCHED.flatMap((by) => firstIn(by, part.name) ?? []);
  return Promise.all(
    found.map(async ({ by, path }) => {
      const version = await versionOf(path, part.versionArguments);
      return { by, path, version, accepted: version !== undefined && accepts(part.accepts, version) };
    }),
  );
}

/** The first program of that name on `PATH`. */
export function onPath(name: string): string | undefined {
  return firstIn("PATH", name)?.path;
}

/** The version that a program prints, or `undefined` if it fails. */
export async function versionOf(path: string, versionArguments: readonly string[]): Promise<string | undefined> {
  const said = await ask(path, versionArguments);
  return said && (parseVersion(said.stdout) ?? parseVersion(said.stderr));
}

/** The output of a program, or `undefined` if it fails. */
export function ask(
  path: string,
  programArguments: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string } | undefined> {
  return new Promise((resolve) => {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    execFile(path, [...programArguments], { timeout: 20_000, env }, (error, stdout, stderr) =>
      resolve(error ? undefined : { stdout, stderr }),
    );
  });
}

function firstIn(by: Offer["by"], name: string): { readonly by: Offer["by"]; readonly path: string } | undefined {
  const folders = (process.env[by] ?? "").split(delimiter).filter((folder) => folder !== "");
  if (by === "BEAMSTACK_IAC_TOOLCHAIN") refuseMissing(folders);
  const path = folders.map((folder) => join(folder, name)).find(isProgram);
  return path === undefined ? undefined : { by, path };
}

/** A folder that does not exist is a typo, which must not start a build of ten minutes. */
function refuseMissing(folders: readonly string[]): void {
  const missing = folders.find((folder) => !existsSync(folder));
  if (missing !== undefined)
    throw new LocalError(`BEAMSTACK_IAC_TOOLCHAIN names ${missing}, which does not exist`, "correct it or unset it");
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
