/** Copies of a program that this machine already offers, and whether they will do. */

import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Part } from "./parts";
import { accepts, parseVersion } from "./versions";

/** Where a copy was found. */
export type OfferedBy = "BEAMSTACK_IAC_TOOLCHAIN" | "PATH";

/** A copy with its verdict. */
export interface Offer {
  readonly by: OfferedBy;
  readonly path: string;
  /** What it printed of its version; absent where it printed none. */
  readonly version?: string;
  readonly accepted: boolean;
}

/** Every copy of a part outside our cache, in the order in which we would take them. */
export async function offers(part: Part): Promise<Offer[]> {
  const found = [...inFolders(part.name, "BEAMSTACK_IAC_TOOLCHAIN").slice(0, 1), ...inFolders(part.name, "PATH").slice(0, 1)];
  return Promise.all(
    found.map(async ({ by, path }) => {
      const version = await versionOf(path, part.versionArguments);
      return { by, path, version, accepted: version !== undefined && accepts(part.accepts, version) };
    }),
  );
}

/** The first program of that name on `PATH`. */
export function onPath(name: string): string | undefined {
  return inFolders(name, "PATH")[0]?.path;
}

/** The version a program prints, or `undefined` where it cannot be asked. */
export function versionOf(path: string, versionArguments: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const environment = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    execFile(path, [...versionArguments], { timeout: 20_000, env: environment }, (_error, stdout, stderr) =>
      resolve(parseVersion(stdout) ?? parseVersion(stderr)),
    );
  });
}

function inFolders(name: string, by: OfferedBy): { readonly by: OfferedBy; readonly path: string }[] {
  const folders = (process.env[by] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => ({ by, path: join(folder, name) })).filter(({ path }) => isProgram(path));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
