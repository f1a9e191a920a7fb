/** Annotations by which cluster-autoscaler finds a pool of Cluster API, and knows what a node offers before there is one. */

import type { MachineNodes } from "#lib/kube/provisioning";

const BOUNDS = "cluster.x-k8s.io/cluster-api-autoscaler-node-group";
const CAPACITY = "capacity.cluster-autoscaler.kubernetes.io";

/** Annotations of a pool between bounds; none of a pool with a fixed number. Source: cluster-autoscaler 1.36, cloudprovider/clusterapi/README.md. */
export function scalingAnnotations({ nodes, capacity, accelerator, labels, taints }: MachineNodes): Readonly<Record<string, string>> {
  if (typeof nodes === "number") return {};
  const { cpu = "0", memory = "0", pods = "110", "ephemeral-storage": disk = "0" } = capacity;
  const labelled = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const tainted = taints.map(({ key, value = "", effect }) => `${key}=${value}:${effect}`);
  return {
    [`${BOUNDS}-min-size`]: `${nodes.min}`,
    [`${BOUNDS}-max-size`]: `${nodes.max}`,
    [`${CAPACITY}/cpu`]: cpu,
    [`${CAPACITY}/memory`]: memory,
    [`${CAPACITY}/ephemeral-disk`]: disk,
    [`${CAPACITY}/maxPods`]: pods,
    [`${CAPACITY}/labels`]: labelled.join(","),
    ...(tainted.length > 0 && { [`${CAPACITY}/taints`]: tainted.join(",") }),
    ...(accelerator && {
      [`${CAPACITY}/gpu-type`]: accelerator.resource,
      [`${CAPACITY}/gpu-count`]: capacity[accelerator.resource] ?? "0",
    }),
  };
}
