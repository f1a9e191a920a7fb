/** A finding in a pipeline file, and how it becomes a problem with file, line and column. */

import type { Problem } from "#lib/core/problem";
import { type BeamPipelineDocument, placeIn } from "./document";

/** A finding before it knows what the file is called. */
export interface Finding extends Pick<Problem, "id" | "got" | "allowed" | "fix"> {
  /** Position in the text. */
  readonly start: number;
  /** What a binding calls the value. @default none */
  readonly name?: string;
  /** @default "warning": Beam may run the file all the same, and so do we */
  readonly severity?: "error";
}

/** `<source>:<line>:<column> <name>`, as compilers write it. */
export function problemIn(document: Pick<BeamPipelineDocument, "text">, source: string, finding: Finding): Problem {
  const { start, name, severity, ...rest } = finding;
  const { line, column } = placeIn(document, start);
  const path = `${source}:${line}:${column}${name === undefined ? "" : ` ${name}`}`;
  return { ...rest, path, severity: severity ?? "warning" };
}
