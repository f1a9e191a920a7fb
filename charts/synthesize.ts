/** From an environment to its release: its charts, then the rules over finished objects. */

import { App } from "cdk8s";
import { checkRelease } from "#lib/checks/index";
import { ownedKinds } from "#lib/components/catalog";
import type { Result } from "#lib/core/problem";
import type { Environment } from "#lib/environment/spec";
import type { Release } from "#lib/release/release";
import { buildPlatform } from "./platform";
import { releaseOf } from "./release-of";

/** The release of an environment, or everything that its constructs, and the rules over finished objects, found wrong. */
export function synthesize(environment: Environment): Result<Release> {
  const app = new App();
  const pools = buildPlatform(app, environment);
  const result = releaseOf(app, environment.name);
  if (!result.ok) return result;
  const { production = false, imageRegistry } = environment;
  const broken = checkRelease(result.value, {
    production,
    pools: [...pools.values()],
    kinds: ownedKinds,
    ...(imageRegistry && { imageRegistry }),
  });
  return broken.length === 0 ? result : { ok: false, problems: [...broken, ...result.warnings] };
}
