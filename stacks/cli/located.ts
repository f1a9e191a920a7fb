/** Problems of an environment with their positions in its file. */

import { ConfigError, type Problem } from "#lib/core/problem";
import { placeText, type SourcePlace, sourcePlaces } from "./source-place";

/** A problem, and where its path is in a source file. */
export type LocatedProblem = Problem & Partial<SourcePlace>;

/** The problems with file and line, as far as they are settings of the environment's file. */
export function located(environment: string, problems: readonly Problem[]): LocatedProblem[] {
  const places = sourcePlaces(environment);
  return problems.map((problem) => ({ ...problem, ...places(problem.path) }));
}

/** The path of a problem with its position: `flink.clusters.main (env/prod.ts:12)`. */
export function locatedPath({ path, file, line }: LocatedProblem): string {
  const place = file === undefined ? undefined : placeText({ file, line });
  // A problem of the whole file has its position as path.
  return place === undefined || place === path ? path : `${path} (${place})`;
}

/** Raises all problems with their positions. */
export function locatedError(environment: string, problems: readonly Problem[]): ConfigError {
  return new ConfigError(located(environment, problems));
}
