/** Installs Beam, the boot program of its workers, Prism and Flink on this machine: from their registries, kept in the cache. */

import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../local/files";
import { LocalError } from "../local/local-error";
import type { Progress } from "../local/progress";
import { build, builtPath, type Target } from "../local/toolchain/build";
import { obtainGo } from "../local/toolchain/go";
import { onPath } from "../local/toolchain/offered";
import { recipe } from "../local/toolchain/recipe";
import { runToEnd } from "./commands";
import { installed } from "./installed";

/** The Flink version of local runs: the newest line that Beam has a runner for. */
const FLINK_VERSION = "2.2.1";

/** A Python with Beam installed. */
export interface BeamPython {
  readonly python: string;
  /** Folder of its programs: Beam starts workers as plain `python`, so it must come first on `PATH`. */
  readonly bin: string;
}

const NEXT = "see pip's error above; the registry must be reachable once, later runs use the cache";

/** A virtual environment with the pinned Beam. */
export async function obtainBeam(progress: Progress): Promise<BeamPython> {
  const requirements = join(packageRoot(), "stacks", "beam", "requirements.txt");
  const base = findPython();
  const folder = await installed(
    {
      name: "beam",
      inputs: [readFileSync(requirements, "utf8"), base, process.platform, process.arch],
      fill: async (target, tell) => {
        await runToEnd({ program: base, arguments: ["-m", "venv", target], tell, next: "install Python's venv module" });
        const pip = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--only-binary=:all:", "-r", requirements];
        await runToEnd({ program: join(target, "bin", "python"), arguments: pip, tell: pipProgress(tell), next: NEXT });
      },
    },
    progress,
  );
  return { python: join(folder, "bin", "python"), bin: join(folder, "bin") };
}

/** `boot`, the program that starts workers in the SDK image. */
export function obtainBoot(progress: Progress): Promise<string> {
  return obtainBuilt({ name: "boot", goPackage: "github.com/apache/beam/sdks/v2/python/container", takes: "half a minute" }, progress);
}

/** Prism, Beam's portable runner. */
export function obtainPrism(progress: Progress): Promise<string> {
  return obtainBuilt({ name: "prism", goPackage: "github.com/apache/beam/sdks/v2/go/cmd/prism", takes: "two minutes" }, progress);
}

/** A program of Beam that no registry has as a binary; its module has its name. `takes`: on two cores, with the download of sources. */
async function obtainBuilt({ takes, ...target }: Target & { readonly takes: string }, progress: Progress): Promise<string> {
  const source = recipe(`beam-${target.name}`, join(packageRoot(), "stacks", "beam", "modules", target.name), []);
  const path = builtPath(source, target.name);
  if (existsSync(path)) return path;
  const go = await obtainGo(source.go, [target.name], progress);
  await build(source, [target], { go, progress, note: `takes about ${takes}` });
  return path;
}

/** A Flink distribution, merged from two Python packages. */
export async function obtainFlink(progress: Progress): Promise<string> {
  const base = findPython();
  const packages = [`apache-flink==${FLINK_VERSION}`, `apache-flink-libraries==${FLINK_VERSION}`];
  const folder = await installed(
    {
      name: "flink",
      inputs: packages,
      fill: async (target, tell) => {
        // Only scripts and jars are used: the Python version and platform of the wheel do not matter.
        const anywhere = ["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--platform", "manylinux2014_x86_64"];
        const download = [
          "-m",
          "pip",
          "download",
          "--no-input",
          "--no-deps",
          "--only-binary=:all:",
          ...anywhere,
          "-d",
          target,
          ...packages,
        ];
        await runToEnd({ program: base, arguments: download, tell: pipProgress(tell), next: NEXT });
        for (const wheel of readdirSync(target).filter((name) => name.endsWith(".whl"))) await unpack(base, join(target, wheel), target);
        renameSync(join(target, "pyflink"), join(target, "flink"));
        for (const script of readdirSync(join(target, "flink", "bin"))) chmodSync(join(target, "flink", "bin", script), 0o755);
      },
    },
    progress,
  );
  return join(folder, "flink");
}

/** pip's current step, without progress bars and lists. */
export function pipProgress(tell: (detail: string) => void): (line: string) => void {
  return (line) => {
    const at = /^\s*((?:Collecting|Downloading|Installing collected packages|Using cached)(?: [\w.[\]=-]+)?)/.exec(line)?.[1];
    if (at !== undefined) tell(at);
  };
}

async function unpack(python: string, wheel: string, target: string): Promise<void> {
  await runToEnd({ program: python, arguments: ["-m", "zipfile", "-e", wheel, target], next: "free some disk space" });
  rmSync(wheel);
}

function findPython(): string {
  const found = onPath("python3");
  if (found === undefined) throw new LocalError("there is no python3 on PATH", "install Python 3.10 or newer with its venv module");
  return found;
}
