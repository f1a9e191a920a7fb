/** Loads an environment by name, with its release: the first step of most commands. */

import type { Resolved } from "#charts/platform";
import { loadEnvironment } from "../environments";
import { located, locatedError } from "./located";
import type { Output } from "./output";

/** The option of commands that work on a rehearsal. */
export interface RehearseOption {
  readonly rehearse?: boolean;
}

/** Flag and description of the option. */
export const REHEARSE = ["--rehearse", "on an embedded control plane of its own in place of the environment's cluster"] as const;

/**
 * The release of the environment with this name; prints warnings to stderr.
 *
 * @throws ConfigError with every problem of the environment
 */
export function environmentRelease(name: string, output: Pick<Output, "problems">, { rehearse }: RehearseOption = {}): Resolved {
  const resolved = loadEnvironment(name, { rehearse });
  if (!resolved.ok) throw locatedError(name, resolved.problems);
  output.problems(located(name, resolved.value.release.problems));
  return resolved.value;
}
