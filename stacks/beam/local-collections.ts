/** Collections of transforms on this machine: their locked packages, installed once into the cache. */

import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type LockedCollection, requirementsOf } from "#lib/beam/collection-lock";
import { ConfigError, type Problem } from "#lib/core/problem";
import type { Progress } from "../local/progress";
import { runToEnd } from "./commands";
import { installed } from "./installed";
import { type BeamPython, obtainBeam, pipProgress } from "./tools";

/** A collection that a command names. */
export interface LocalCollection {
  readonly name: string;
  readonly lock: LockedCollection;
  /** Folder with its wheels, as they are left beside the lock. Where it is not there, pip's index has them. */
  readonly wheels: string;
}

/**
 * Folders with the packages of collections, for the path of Python: exactly those that are locked, wherever they come from.
 *
 * @throws ConfigError for a lock of other versions than those that run here
 */
export async function collectionFolders(collections: readonly LocalCollection[], progress: Progress): Promise<string[]> {
  if (collections.length === 0) return [];
  const beam = await obtainBeam(progress);
  const problems = otherVersions(collections, await versionsOf(beam));
  if (problems.length > 0) throw new ConfigError(problems);
  const folders: string[] = [];
  for (const each of collections) folders.push(await install(each, beam, progress));
  return folders;
}

/** Versions as a lock has them. */
type Versions = Readonly<Record<"python" | "beam", string>>;

/** Wheels are made for a Python, and their versions fit the packages of one Beam. */
export function otherVersions(collections: readonly LocalCollection[], { python, beam }: Versions): Problem[] {
  return collections
    .filter(({ lock }) => lock.python !== python || lock.beam !== beam)
    .map(({ name, lock }) => ({
      id: "beam.collection-of-other-versions",
      path: `options.collection.${name}`,
      got: `a lock for Python ${lock.python} and Beam ${lock.beam}`,
      allowed: `Python ${python} and Beam ${beam}, which run on this machine`,
      fix: lock.beam === beam ? `put a python3 of version ${lock.python} first on PATH, or lock it again` : "lock it again",
    }));
}

const VERSIONS = `import json, platform, apache_beam.version as beam
print(json.dumps({"python": ".".join(platform.python_version_tuple()[:2]), "beam": beam.__version__}))`;

async function versionsOf({ python }: BeamPython): Promise<Versions> {
  const { stdout } = await promisify(execFile)(python, ["-c", VERSIONS]);
  return JSON.parse(stdout);
}

async function install({ lock, wheels }: LocalCollection, { python }: BeamPython, progress: Progress): Promise<string> {
  const requirements = requirementsOf(lock);
  const [name = ""] = lock.package.split("==");
  const from = existsSync(wheels) ? ["--no-index", "--find-links", wheels] : [];
  const folder = await installed(
    {
      name: `collection-${name}`,
      inputs: [requirements, lock.python, process.platform, process.arch],
      fill: async (target, tell) => {
        const listed = join(target, "requirements.txt");
        writeFileSync(listed, requirements);
        const exactly = ["--no-deps", "--require-hashes", "--only-binary=:all:", ...from, "--target", join(target, "packages")];
        const pip = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", ...exactly, "-r", listed];
        const next = `put the wheels of the lock into ${wheels}, or into pip's index; if they are not for this platform, lock it again here`;
        await runToEnd({ program: python, arguments: pip, tell: pipProgress(tell), next });
      },
    },
    progress,
  );
  return join(folder, "packages");
}
