/** Acme's platform on this machine. */

import { defineEnvironment, Size } from "beamstack-iac";

export default defineEnvironment({
  name: "local",
  cluster: { type: "embedded" },
  nodePools: { cpu: { type: "static", nodes: 2, node: { cpu: 8, memory: Size.gibibytes(32) } } },
  certManager: {},
  gitea: { pool: "cpu" },
});
