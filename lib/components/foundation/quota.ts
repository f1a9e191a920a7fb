/** Quota and container defaults as the fields of ResourceQuota and LimitRange. */

import { k8s } from "cdk8s-plus-28";
import { formatCores } from "#lib/kube/quantity";
import type { ContainerDefaults, QuotaProps } from "./props";

type Quantities = Record<string, k8s.Quantity>;

/**
 * `hard` of the ResourceQuota. Load balancers and node ports are shut for all: nothing of the platform listens outside the cluster
 * but through an ingress.
 */
export function quotaLimits(quota: Required<QuotaProps>): Quantities {
  return quantities({
    "requests.cpu": formatCores(quota.cpu),
    "requests.memory": quota.memory,
    "requests.nvidia.com/gpu": quota.gpus,
    "requests.storage": quota.storage,
    pods: quota.pods,
    "services.loadbalancers": 0,
    "services.nodeports": 0,
  });
}

/** The container limit of the LimitRange. */
export function containerLimits(defaults: Required<ContainerDefaults>): k8s.LimitRangeItem {
  const { cpu, memory, memoryLimit, scratch, scratchLimit } = defaults;
  return {
    type: "Container",
    defaultRequest: quantities({ cpu: formatCores(cpu), memory, "ephemeral-storage": scratch }),
    default: quantities({ memory: memoryLimit, "ephemeral-storage": scratchLimit }),
  };
}

function quantities(amounts: Readonly<Record<string, { toString(): string }>>): Quantities {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, k8s.Quantity.fromString(amount.toString())]));
}
