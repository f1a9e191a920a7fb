/** The environment that runs on this machine alone: embedded control plane, simulated nodes and operators. */

import { defineEnvironment } from "#lib/environment/spec";

export default defineEnvironment({
  name: "local",
  cluster: { type: "embedded" },
  certManager: {},
});
