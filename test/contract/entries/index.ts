/** Every component of the catalog, one line each. */

import type { AnyEntry } from "../entry";
import { beamPipeline } from "./beam";
import { certManager } from "./cert-manager";
import { elasticOperator, elasticsearch } from "./elasticsearch";
import { flinkCluster, flinkOperator } from "./flink";
import { platformNamespace } from "./foundation";
import { karpenter } from "./karpenter";
import { karpenterAwsPool, plainPool } from "./node-pools";
import { prometheus } from "./prometheus";

export const entries: readonly AnyEntry[] = [
  beamPipeline,
  certManager,
  elasticOperator,
  elasticsearch,
  flinkOperator,
  flinkCluster,
  platformNamespace,
  plainPool,
  karpenterAwsPool,
  karpenter,
  prometheus,
];
