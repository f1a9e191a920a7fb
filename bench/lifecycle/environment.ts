/** The environment of the benchmark: an embedded control plane and nothing else. */

import { unwrap } from "#lib/core/problem";
import { resolve } from "#lib/environment/resolve";
import type { Environment } from "#lib/environment/spec";
import { ENVIRONMENT } from "../release";

/** It has no components: objects come from the benchmark's own release. */
export function benchEnvironment(): Environment {
  return unwrap(resolve({ name: ENVIRONMENT, cluster: { type: "embedded" } }, { files: new Map() }));
}
