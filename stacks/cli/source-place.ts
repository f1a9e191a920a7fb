/** Finds the source position of an environment's setting: `stacks/env/prod.ts:12`. */

import { join } from "node:path";
import { readIfThere } from "../local/files";
import { environmentPath, projectOf } from "../project";
import { sourceLine } from "./source-line";

/** A source file and a line. */
export interface SourcePlace {
  /** Relative to the project's root. */
  readonly file: string;
  /** @default the line is unknown */
  readonly line?: number;
}

/** Finds positions in the file of one environment, which is read once. */
export function sourcePlaces(environment: string): (path: string) => SourcePlace {
  const project = projectOf();
  const file = environmentPath(environment, project);
  const text = readIfThere(join(project.root, file)) ?? "";
  return (path) => {
    // Problems of a source file already contain its position.
    const [, own, at] = /^(.+\.[jt]s)(?::(\d+))?$/.exec(path) ?? [];
    if (own !== undefined) return { file: own, ...(at !== undefined && { line: Number(at) }) };
    const line = sourceLine(text, path);
    return { file, ...(line !== undefined && { line }) };
  };
}

/** `file:line`, as editors and terminals read it. */
export function placeText({ file, line }: SourcePlace): string {
  return line === undefined ? file : `${file}:${line}`;
}
