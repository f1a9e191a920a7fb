/** What all pools of an environment give together: no namespace may ask for more. */

import { Size } from "#lib/core/size";
import { poolCapacity } from "./pool-facts";
import type { NodePoolProps } from "./props";

/** Cores, memory and NVIDIA GPUs of all pools; what no pool gives is absent. */
export interface TotalQuota {
  readonly cpu?: number;
  readonly memory?: Size;
  readonly gpus?: number;
}

/** The sum over all pools. */
export function totalQuota(pools: Readonly<Record<string, NodePoolProps>>): TotalQuota {
  const capacities = Object.values(pools).map(poolCapacity);
  if (capacities.length === 0) return {};
  const sum = (amount: (capacity: (typeof capacities)[number]) => number) => capacities.reduce((total, each) => total + amount(each), 0);
  return {
    cpu: sum(({ cpu }) => cpu),
    memory: Size.mebibytes(sum(({ memory }) => memory.inMebibytes)),
    gpus: sum(({ resource, accelerators }) => (resource === "nvidia.com/gpu" ? accelerators : 0)),
  };
}
