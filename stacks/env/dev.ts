/** A developer's own cluster: kind or minikube, real operators, single small replicas. */

import { Size } from "#lib/core/size";
import { defineEnvironment } from "#lib/environment/spec";

export default defineEnvironment({
  name: "dev",
  cluster: { type: "context", context: "kind-beamstack" },
  certManager: {},
  flink: {
    clusters: {
      main: {
        jobManager: { cpu: 0.5, memory: Size.gibibytes(1) },
        taskManager: { cpu: 0.5, memory: Size.mebibytes(1728), maxReplicas: 2 },
      },
    },
  },
  elasticsearch: {
    clusters: { "demo-01": { nodeSets: { all: { count: 1, storage: Size.gibibytes(5), memory: Size.gibibytes(2) } } } },
  },
  monitoring: {},
  pipelines: {
    tutorial: { file: "pipelines/upstream-tutorial.yaml", runner: "main" },
  },
});
