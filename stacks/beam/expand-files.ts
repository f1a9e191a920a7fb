/** Lets the installed Beam expand pipeline files: the part of validation that needs Python. */

import { execFile } from "node:child_process";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { JsonObject, JsonValue } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import { packageRoot } from "../local/files";
import { LocalError } from "../local/local-error";
import type { Progress } from "../local/progress";
import { obtainBeam } from "./tools";

/** What to expand. */
export interface ExpandProps {
  readonly files: readonly string[];
  /** Values of Jinja variables, for all files. */
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** Folders whose Python modules the files' providers name. */
  readonly pythonPath: readonly string[];
  /** Providers that all files have besides their own. */
  readonly providers: readonly JsonObject[];
  readonly progress: Progress;
}

/** What Beam refuses, one problem for each file. A file that only lacks a Java service has a warning. */
export async function expandFiles({ files, variables, pythonPath, providers, progress }: ExpandProps): Promise<Problem[]> {
  if (files.length === 0) return [];
  const { python } = await obtainBeam(progress);
  const env = {
    ...process.env,
    PYTHONPATH: [...pythonPath.map((path) => resolve(path)), process.env["PYTHONPATH"]].filter(Boolean).join(delimiter),
  };
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
