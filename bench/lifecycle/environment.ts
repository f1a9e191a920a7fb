/** The environment of the benchmark: an embedded control plane and nothing else. */

import { type Core, coreSchema } from "#lib/environment/spec";
import { ENVIRONMENT } from "../release";

/** It has no components: objects come from the benchmark's own release. */
export const benchEnvironment: Core = {
  ...coreSchema.parse({ name: ENVIRONMENT, cluster: { type: "embedded" } }),
  operators: "simulated",
};
