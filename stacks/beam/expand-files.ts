/** Lets the installed Beam expand pipeline files: the part of validation that needs Python. */

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { providerOf } from "#lib/beam/collections";
import type { JsonValue } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import { packageRoot } from "../local/files";
import { LocalError } from "../local/local-error";
import type { Progress } from "../local/progress";
import { collectionFolders, type LocalCollection } from "./local-collections";
import { pythonPathWith } from "./python-path";
import { obtainBeam } from "./tools";

/** What to expand. */
export interface ExpandProps {
  readonly files: readonly string[];
  /** Values of Jinja variables, for all files. */
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** Folders whose Python modules the files' providers name. */
  readonly pythonPath: readonly string[];
  /** Collections that all files take transforms of. */
  readonly collections: readonly LocalCollection[];
  readonly progress: Progress;
}

/** What Beam refuses, one problem for each file. A file that only lacks a Java service has a warning. */
export async function expandFiles({ files, variables, pythonPath, collections, progress }: ExpandProps): Promise<Problem[]> {
  if (files.length === 0) return [];
  const { python } = await obtainBeam(progress);
  const env = { ...process.env, PYTHONPATH: pythonPathWith([...(await collectionFolders(collections, progress)), ...pythonPath]) };
  const providers = collections.map(({ lock }) => providerOf(lock));
  const script = join(packageRoot(), "stacks", "beam", "expand-files.py");
  const { stdout } = await promisify(execFile)(python, [script, JSON.stringify({ files, variables, providers })], {
    env,
    maxBuffer: 64 * 1024 ** 2,
  });
  const found = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (found === undefined) throw new LocalError("Beam printed no result", "run it once more; report it if it stays");
  const errors: Readonly<Record<string, string>> = JSON.parse(found);
  return files.flatMap((file) => problemOf(file, errors[file] ?? ""));
}

function problemOf(file: string, error: string): Problem[] {
  if (error === "") return [];
  // Beam tells the line where its transform begins.
  const line = /(?:at|around) line (\d+)/.exec(error)?.[1] ?? "1";
  const problem = { path: `${file}:${line}:1`, got: error.replace(/\s+/g, " ").slice(0, 500) };
  if (error.includes("needs a Java expansion service"))
    return [
      {
        ...problem,
        id: "beam.not-expanded",
        got: "a transform that Java expands",
        allowed: "transforms of Python, which are expanded here",
        fix: "check the fields of this transform yourself: its Java service is not started here",
        severity: "warning",
      },
    ];
  return [{ ...problem, id: "beam.refused", allowed: "a file that Beam expands", fix: "correct it: this is Beam's own error" }];
}
