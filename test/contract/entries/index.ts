/** Every component of the catalog, one line each. */

import type { AnyEntry } from "../entry";
import { certManager } from "./cert-manager";
import { elasticOperator, elasticsearch } from "./elasticsearch";
import { platformNamespace } from "./foundation";
import { karpenterAwsPool, plainPool } from "./node-pools";

export const entries: readonly AnyEntry[] = [certManager, elasticOperator, elasticsearch, platformNamespace, plainPool, karpenterAwsPool];
