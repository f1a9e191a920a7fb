/** Loads an environment by name, with its release: the first step of most commands. */

import type { Resolved } from "#charts/platform";
import { loadCore, loadEnvironment } from "../environments";
import { type LocatedProblem, located, locatedError } from "./located";
import { count } from "./output";
import { placeText } from "./source-place";

/** The option of commands that work on a rehearsal. */
export interface RehearseOption {
  readonly rehearse?: boolean;
}

/** Flag and description of the option. */
export const REHEARSE = ["--rehearse", "on an embedded control plane of its own in place of the environment's cluster"] as const;

/** How an environment is loaded. */
export interface ReleaseOptions extends RehearseOption {
  /** Gets the warnings, if there are any. @default `validate` shows them */
  readonly warn?: (warnings: readonly LocatedProblem[]) => void;
}

/**
 * The release of the environment with this name.
 *
 * @throws ConfigError with every problem of the environment, each with its position
 */
export function environmentRelease(name: string, { rehearse, warn = () => {} }: ReleaseOptions = {}): Resolved {
  const resolved = loadEnvironment(name, { rehearse });
  if (!resolved.ok) throw locatedError(name, resolved.problems);
  const { problems } = resolved.value.release;
  if (problems.length > 0) warn(located(name, problems));
  return resolved.value;
}

/** One line about all warnings: `validate` shows what they are. */
export function warningLine(name: string, warnings: readonly LocatedProblem[]): string {
  const places = [...new Set(warnings.map(({ file = name, line }) => placeText({ file, line })))];
  return `${count(warnings.length, "warning")} (${places.slice(0, 2).join(", ")}${places.length > 2 ? ", ..." : ""}): beamstack-iac validate ${name} shows what and why`;
}

/** Before anything is asked or looked for: the environment has a file. @throws ConfigError with the names of those that have */
export function requireEnvironment(name: string): void {
  const core = loadCore(name);
  if (!core.ok) throw locatedError(name, core.problems);
}
