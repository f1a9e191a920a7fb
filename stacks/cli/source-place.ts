/** Where in the sources a setting of an environment stands: `stacks/env/prod.ts:12`. */

import { join } from "node:path";
import { readIfThere } from "../local/files";
import { environmentPath, projectOf } from "../project";
import { sourceLine } from "./source-line";

/** A file of the sources, and the line in it. */
export interface SourcePlace {
  /** From the project's root. */
  readonly file: string;
  /** @default the line is not known */
  readonly line?: number;
}

/** Finds places in the file of one environment, which is read once. */
export function sourcePlaces(environment: string): (path: string) => SourcePlace {
  const project = projectOf();
  const file = environmentPath(environment, project);
  const text = readIfThere(join(project.root, file)) ?? "";
  return (path) => {
    // What is wrong with a file of sources names it already.
    const [, own, at] = /^(.+\.[jt]s)(?::(\d+))?$/.exec(path) ?? [];
    if (own !== undefined) return { file: own, ...(at !== undefined && { line: Number(at) }) };
    const line = sourceLine(text, path);
    return { file, ...(line !== undefined && { line }) };
  };
}

/** As editors and terminals read it: `file:line`. */
export function placeText({ file, line }: SourcePlace): string {
  return line === undefined ? file : `${file}:${line}`;
}
