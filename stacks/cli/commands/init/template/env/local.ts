/** The environment on this machine: an embedded control plane with simulated nodes and operators. */

import { defineEnvironment, Size } from "beamstack-iac";

export default defineEnvironment({
  name: "local",
  cluster: { type: "embedded" },
  nodePools: { cpu: { type: "static", nodes: 2, node: { cpu: 8, memory: Size.gibibytes(32) } } },
  certManager: {},
  flink: { clusters: { main: { jobManager: { pool: "cpu" }, taskManager: { pool: "cpu", slots: 2 } } } },
  pipelines: { hello: { file: "pipelines/hello.yaml", runner: "main" } },
});
