/** An environment by its name, and the release it becomes: the first step of most commands. */

import type { Resolved } from "#charts/platform";
import { unwrap } from "#lib/core/problem";
import { loadEnvironment } from "../environments";
import type { Output } from "./output";

/**
 * The release of the environment of this name; its warnings go to stderr.
 *
 * @throws ConfigError with everything that is wrong with it
 */
export function environmentRelease(name: string, output: Pick<Output, "problems">): Resolved {
  const resolved = unwrap(loadEnvironment(name));
  output.problems(resolved.release.problems);
  return resolved;
}
