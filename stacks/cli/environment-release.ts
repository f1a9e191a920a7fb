/** Loads an environment by name, with its release: the first step of most commands. */

import type { Resolved } from "#charts/platform";
import { unwrap } from "#lib/core/problem";
import { loadEnvironment } from "../environments";
import type { Output } from "./output";

/**
 * The release of the environment with this name; prints warnings to stderr.
 *
 * @throws ConfigError with every problem of the environment
 */
export function environmentRelease(name: string, output: Pick<Output, "problems">): Resolved {
  const resolved = unwrap(loadEnvironment(name));
  output.problems(resolved.release.problems);
  return resolved;
}
