/** Quota and container defaults as the fields of ResourceQuota and LimitRange. */

import { k8s } from "cdk8s-plus-28";
import { Size } from "#lib/core/size";
import { formatCores } from "#lib/kube/quantity";
import type { NamespaceSettings } from "./schema";

type Quantities = Record<string, k8s.Quantity>;

/** Quota of a namespace without settings and without node pools. */
export const DEFAULT_QUOTA = { cpu: 64, memory: Size.gibibytes(256), gpus: 0, gpuShares: {}, pods: 200, storage: Size.tebibytes(4) };

/** A quota with its defaults. */
export function quotaOf({ quota }: Pick<NamespaceSettings, "quota">): Required<NamespaceSettings["quota"]> {
  return { ...DEFAULT_QUOTA, ...quota };
}

/**
 * `hard` of the ResourceQuota. Load balancers and node ports are forbidden: the platform is exposed through an ingress only.
 */
export function quotaLimits(quota: Required<NamespaceSettings["quota"]>): Quantities {
  return quantities({
    "requests.cpu": formatCores(quota.cpu),
    "requests.memory": quota.memory,
    "requests.nvidia.com/gpu": quota.gpus,
    ...Object.fromEntries(Object.entries(quota.gpuShares).map(([resource, count]) => [`requests.${resource}`, count])),
    "requests.storage": quota.storage,
    pods: quota.pods,
    "services.loadbalancers": 0,
    "services.nodeports": 0,
  });
}

/** The container limit of the LimitRange. */
export function containerLimits(defaults: NamespaceSettings["containerDefaults"]): k8s.LimitRangeItem {
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
