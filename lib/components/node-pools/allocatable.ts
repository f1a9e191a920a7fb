/** What pods can use of a machine. Every way to get nodes has its own formula: clouds and provisioners reserve differently. */

import { Size } from "#lib/core/size";
import type { Architecture, NodeShape } from "#lib/kube/node-pool";

/** What a node offers to pods (its `status.allocatable`), from the nominal capacity of its machine and the volume of the node. */
export type Allocatable = (machine: NodeShape, architecture: Architecture) => NodeShape;

/**
 * Nodes that Karpenter creates in EC2. Karpenter creates a node for a pod only if the pod fits this, whatever the node would really offer.
 * Source of every number: karpenter-provider-aws v1.14.1, pkg/providers/instancetype/types.go, for images that reserve memory by pods.
 */
export const karpenterAws: Allocatable = ({ cpu, memory, scratch, pods, ...counts }, architecture) => ({
  ...counts,
  cpu: cpu - reservedMillicores(cpu * 1_000) / 1_000,
  memory: Size.mebibytes(
    usableMebibytes(memory.inMebibytes - (architecture === "arm64" ? GRAVITON_MEBIBYTES : 0)) - (255 + 11 * pods) - EVICTION_MEBIBYTES,
  ),
  scratch: Size.ofBytes(scratch.bytes - RESERVED_SCRATCH_BYTES - Math.ceil(scratch.bytes * EVICTION_SHARE)),
  pods,
});

/**
 * Nodes that Karpenter creates in Azure, as it counts them; it takes ephemeral storage as a whole, in decimal gigabytes.
 * Source of every number: karpenter-provider-azure v1.14.2, pkg/providers/instancetype/instancetype.go.
 */
export const karpenterAzure: Allocatable = ({ cpu, memory, scratch, ...counts }) => {
  const gibibytes = memory.bytes / 1024 ** 3;
  const usable = Math.trunc(gibibytes) * 1024 ** 3;
  const reservedMebibytes = Math.trunc(1_024 * taxed(gibibytes, AZURE_MEMORY_TAX)) + AZURE_EVICTION_MEBIBYTES;
  return {
    ...counts,
    cpu: cpu - Math.trunc(1_000 * taxed(cpu, AZURE_CPU_TAX)) / 1_000,
    memory: Size.ofBytes(usable - Math.ceil(usable * HYPERVISOR_SHARE) - reservedMebibytes * 1024 ** 2),
    scratch: Size.ofBytes((scratch.bytes / 1024 ** 3) * 1e9),
  };
};

/** Upper bounds in GiB, and the share that the kubelet reserves below each. */
const AZURE_MEMORY_TAX = [
  [4, 0.25],
  [8, 0.2],
  [16, 0.1],
  [128, 0.06],
  [Number.POSITIVE_INFINITY, 0.02],
] as const;

/** Upper bounds in cores, and the share that the kubelet reserves below each. */
const AZURE_CPU_TAX = [
  [1, 0.06],
  [2, 0.04],
  [4, 0.02],
  [Number.POSITIVE_INFINITY, 0.01],
] as const;

/** The eviction threshold `memory.available` of AKS. */
const AZURE_EVICTION_MEBIBYTES = 750;

function taxed(amount: number, brackets: readonly (readonly [number, number])[]): number {
  return brackets.reduce((tax, [upper, rate], i) => {
    const lower = brackets[i - 1]?.[0] ?? 0;
    return tax + Math.max(0, Math.min(upper, amount) - lower) * rate;
  }, 0);
}

/** The eviction threshold `memory.available`. */
const EVICTION_MEBIBYTES = 100;

/** The eviction threshold `nodefs.available`. */
const EVICTION_SHARE = 0.1;

/** The kubelet's reserve of ephemeral storage. */
const RESERVED_SCRATCH_BYTES = 1024 ** 3;

/** Memory that Graviton machines reserve for contiguous allocations. */
const GRAVITON_MEBIBYTES = 64;

/** The default of Karpenter's VM_MEMORY_OVERHEAD_PERCENT: memory that the hypervisor keeps. */
const HYPERVISOR_SHARE = 0.075;

function usableMebibytes(mebibytes: number): number {
  return mebibytes - Math.ceil(mebibytes * HYPERVISOR_SHARE);
}

/** Share of the kubelet's reserve by range of millicores. */
const RESERVED_SHARES = [
  [0, 1_000, 0.06],
  [1_000, 2_000, 0.01],
  [2_000, 4_000, 0.005],
  [4_000, Number.POSITIVE_INFINITY, 0.0025],
] as const;

function reservedMillicores(millicores: number): number {
  const parts = RESERVED_SHARES.map(([from, to, share]) => Math.trunc(Math.max(0, Math.min(millicores, to) - from) * share));
  return parts.reduce((sum, part) => sum + part, 0);
}
