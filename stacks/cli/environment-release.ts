/** An environment by its name, and the release it becomes: the first step of most commands. */

import { synthesize } from "#charts/synthesize";
import { type Problem, sortProblems, unwrap } from "#lib/core/problem";
import type { Environment } from "#lib/environment/spec";
import type { Release } from "#lib/release/release";
import { loadEnvironment } from "../environments";
import type { Output } from "./output";

/** An environment and its release. */
export interface EnvironmentRelease {
  readonly environment: Environment;
  readonly release: Release;
}

/**
 * The release of the environment of this name; its warnings go to stderr.
 *
 * @throws ConfigError with everything that is wrong with it
 */
export function environmentRelease(name: string, output: Pick<Output, "problems">): EnvironmentRelease {
  const loaded = loadEnvironment(name);
  const environment = unwrap(loaded);
  const release = unwrap(synthesize(environment));
  output.problems(uniqueProblems([...(loaded.ok ? loaded.warnings : []), ...release.problems]));
  return { environment, release };
}

/** The problems sorted, each once: a later step may repeat what an earlier one said. */
export function uniqueProblems(problems: readonly Problem[]): Problem[] {
  return sortProblems([...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]);
}
