/** Like production at a tenth of the size: upgrades are tested here first. */

import { Size } from "#lib/core/size";
import { defineEnvironment } from "#lib/environment/spec";

/** EKS has no default storage class: the EBS CSI driver and a class of this name must exist. */
const STORAGE_CLASS = "gp3";

export default defineEnvironment({
  name: "staging",
  cluster: { type: "context", context: "beamstack-staging" },
  nodePools: {
    cpu: { type: "karpenter-aws", instanceTypes: ["m7i.xlarge", "m7i.2xlarge"], limits: { cpu: 64, memory: Size.gibibytes(256) } },
    gpu: {
      type: "karpenter-aws",
      instanceTypes: ["g6.xlarge"],
      limits: { cpu: 8, memory: Size.gibibytes(32), accelerators: 2 },
    },
  },
  karpenter: {
    clusterName: "beamstack-staging",
    nodes: { image: "bottlerocket@v1.63.0", identity: { type: "role", role: "beamstack-staging-node" } },
    interruptionQueue: "beamstack-staging-interruptions",
  },
  gpus: { software: { owner: "image", image: "bottlerocket" } },
  certManager: { replicas: 2 },
  flink: {
    operator: { replicas: 2 },
    clusters: {
      main: {
        storage: { type: "s3", uri: "s3://beamstack-staging-state/flink/main" },
        highAvailability: true,
        checkpoints: {},
        jobManager: { replicas: 2, pool: "cpu" },
        taskManager: { slots: 2, pool: "cpu" },
      },
    },
  },
  elasticsearch: {
    operator: { replicas: 2 },
    clusters: {
      documents: {
        highAvailability: true,
        nodeSets: { all: { count: 3, storage: Size.gibibytes(20), storageClass: STORAGE_CLASS, pool: "cpu" } },
      },
    },
  },
  monitoring: { storage: { size: Size.gibibytes(50), storageClass: STORAGE_CLASS } },
  pipelines: {
    tutorial: { file: "pipelines/upstream-tutorial.yaml", runner: "main" },
  },
});
