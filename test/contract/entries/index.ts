/** Every component of the catalog, one line each. */

import type { AnyEntry } from "../entry";
import { beamPipeline } from "./beam";
import { certManager } from "./cert-manager";
import { elasticOperator, elasticsearch } from "./elasticsearch";
import { platformNamespace } from "./foundation";
import { karpenter } from "./karpenter";
import { karpenterAwsPool, plainPool } from "./node-pools";

export const entries: readonly AnyEntry[] = [
  beamPipeline,
  certManager,
  elasticOperator,
  elasticsearch,
  platformNamespace,
  plainPool,
  karpenterAwsPool,
  karpenter,
];
