/** A problem of an input, with its fix. */

import { compareText } from "./order";

/** How much it matters: an `error` stops everything, a `warning` is shown and work goes on. */
type Severity = "error" | "warning";

/** Which problem, and where. A component gives it to a rule that it shares with others. */
export interface ProblemPlace {
  /** Stable id, `<area>.<rule>`, such as `flink.savepoint-without-storage`. */
  readonly id: string;
  /** Path in the environment file, such as `flink.clusters.main.parallelism`, or an object's id. */
  readonly path: string;
}

/** One thing that is wrong. */
export interface Problem extends ProblemPlace {
  /** What was given, as a person would write it. */
  readonly got: string;
  /** What would be accepted. */
  readonly allowed: string;
  /** The next action, lower case, one line. */
  readonly fix: string;
  /** @default "error" */
  readonly severity?: Severity;
}

/** A value, or everything that is wrong with what should have become one. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Raised once, with all problems, where a caller asked for a value and not for a {@link Result}. */
export class ConfigError extends Error {
  public constructor(public readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.name = "ConfigError";
  }
}

/** Does this problem stop the work? */
export function isError(problem: Problem): boolean {
  return problem.severity !== "warning";
}

/** One problem as one line of text. */
export function formatProblem(problem: Problem): string {
  const { id, path, got, allowed, fix } = problem;
  return `${problem.severity ?? "error"} ${id} at ${path}: got ${got}; allowed: ${allowed}; fix: ${fix}`;
}

/** Problems sorted by path, then id, so that output does not depend on the order of checks. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => compareText(a.path, b.path) || compareText(a.id, b.id));
}

/** The value, or a {@link ConfigError} with every problem. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ConfigError(result.problems);
}
