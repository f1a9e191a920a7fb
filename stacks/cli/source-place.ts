/** Where in the sources a setting of an environment stands: `stacks/env/prod.ts:12`. */

import { join } from "node:path";
import { packageRoot, readIfThere } from "../local/files";
import { sourceLine } from "./source-line";

/** A file of the sources, and the line in it. */
export interface SourcePlace {
  /** Relative to the package's root. */
  readonly file: string;
  /** @default the line is not known */
  readonly line?: number;
}

/** Finds places in the file of one environment, which is read once. */
export function sourcePlaces(environment: string, root: string = packageRoot()): (path: string) => SourcePlace {
  const file = `stacks/env/${environment}.ts`;
  const text = readIfThere(join(root, file)) ?? "";
  return (path) => {
    const line = sourceLine(text, path);
    return { file, ...(line !== undefined && { line }) };
  };
}

/** As editors and terminals read it: `file:line`. */
export function placeText({ file, line }: SourcePlace): string {
  return line === undefined ? file : `${file}:${line}`;
}
