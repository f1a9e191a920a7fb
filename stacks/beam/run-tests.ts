/** Runs the `tests` of a pipeline file with Beam's own test runner. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { providerOf } from "#lib/beam/collections";
import type { JsonValue } from "#lib/core/json";
import { packageRoot } from "../local/files";
import type { Progress } from "../local/progress";
import { collectionFolders, type LocalCollection } from "./local-collections";
import { pythonPathWith } from "./python-path";
import { obtainBeam } from "./tools";

/** What to test. */
export interface RunTestsProps {
  /** Path of the file. */
  readonly file: string;
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** Folders whose Python modules the file's providers name. */
  readonly pythonPath: readonly string[];
  /** Collections that the file takes transforms of. */
  readonly collections: readonly LocalCollection[];
  readonly progress: Progress;
  /** Called with the output of the tests. */
  readonly tell: (text: string) => void;
}

/** Runs the tests in the caller's folder; the exit code is Beam's: 0 if all passed. */
export async function runTests({ file, variables, pythonPath, collections, progress, tell }: RunTestsProps): Promise<number | null> {
  const beam = await obtainBeam(progress);
  const given = Object.keys(variables).length > 0 ? [`--jinja_variables=${JSON.stringify(variables)}`] : [];
  const env = { ...process.env, PYTHONPATH: pythonPathWith([...(await collectionFolders(collections, progress)), ...pythonPath]) };
  const script = join(packageRoot(), "stacks", "beam", "run-tests.py");
  const providers = JSON.stringify(collections.map(({ lock }) => providerOf(lock)));
  const child = spawn(beam.python, [script, providers, "--tests", `--yaml_pipeline_file=${file}`, ...given], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => tell(chunk.toString()));
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", done);
  });
}
