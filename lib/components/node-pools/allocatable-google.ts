/** What pods can use of a machine of Google Compute Engine. */

import { Size } from "#lib/core/size";
import type { Architecture } from "#lib/kube/node-pool";
import type { Allocatable } from "./allocatable";

/**
 * Nodes that Karpenter creates in Google Compute Engine, as it counts them: one accelerator, whatever the machine has, and 100 millicores for kube-proxy.
 * Source of every number: karpenter-provider-gcp v0.5.0, pkg/providers/instancetype/types.go and pkg/utils/utils.go.
 */
export const karpenterGcp: Allocatable = ({ cpu, memory, accelerators, scratch, ...counts }) => {
  const mebibytes = memory.inMebibytes;
  const overhead = Math.trunc(memory.bytes * GCP_HYPERVISOR_SHARE);
  return {
    ...counts,
    cpu: cpu - (gkeReservedMillicores(cpu) + KUBE_PROXY_MILLICORES) / 1_000,
    memory: Size.ofBytes(memory.bytes - overhead - (gkeReservedMebibytes(mebibytes) + EVICTION_MEBIBYTES) * 1024 ** 2),
    accelerators: Math.min(accelerators, 1),
    scratch: Size.ofBytes(scratch.bytes - gkeReservedScratch(scratch)),
  };
};

/**
 * Nodes that GKE creates, with Container-Optimized OS, as cluster-autoscaler estimates them before they exist.
 * Source of every number: kubernetes/autoscaler, cluster-autoscaler 1.36.1, cloudprovider/gce/gce_reserved.go; Google, "Plan node sizes".
 */
export const gkeNodes: Allocatable = ({ cpu, memory, scratch, ...counts }, architecture) => {
  const reserved = (gkeReservedMebibytes(memory.inMebibytes) + EVICTION_MEBIBYTES) * 1024 ** 2;
  return {
    ...counts,
    cpu: cpu - gkeReservedMillicores(cpu) / 1_000,
    memory: Size.ofBytes(memory.bytes - kernelReserved(memory.bytes, architecture) - reserved),
    scratch: Size.ofBytes(scratch.bytes - imageReserved(scratch.bytes, architecture) - gkeReservedScratch(scratch)),
  };
};

/** Bytes that the kernel keeps: a share, its own structures, the I/O TLB above 3 GiB, and a correction that was measured. */
function kernelReserved(bytes: number, architecture: Architecture): number {
  const MIB = 1024 ** 2;
  const tlb = bytes > 3 * 1024 ** 3 ? 64 * MIB : 0;
  const small = bytes <= 8 * 1024 ** 3 ? 8 * MIB : 0;
  const correction = Math.trunc(Math.min(0.00175 * bytes, 248 * MIB));
  const reserved = Math.trunc(bytes / 64) + 16 * MIB + tlb + small + correction;
  return architecture === "arm64" ? Math.round(reserved * 0.9971) : reserved;
}

/** Bytes of a boot disk that the partitions of Container-Optimized OS take. */
function imageReserved(bytes: number, architecture: Architecture): number {
  const partitions = Math.ceil(0.015635 * bytes) + Math.ceil(4.148 * 1024 ** 3);
  return partitions + Math.min(100 * 1024 ** 2, Math.ceil(0.001 * bytes)) + (architecture === "arm64" ? 65_536 * 1_024 : 0);
}

/** The chart's `controller.settings.vmMemoryOverheadPercent`, which we also set: memory that the hypervisor keeps. */
const GCP_HYPERVISOR_SHARE = 0.065;

/** Request of the mirror pod of kube-proxy. */
const KUBE_PROXY_MILLICORES = 100;

/** The eviction threshold `memory.available`. */
const EVICTION_MEBIBYTES = 100;

/** Upper bounds in MiB, and the share of memory that GKE reserves below each. Source: Google, "Plan node sizes". */
const MEMORY_SHARES = [
  [4_096, 0.25],
  [8_192, 0.2],
  [16_384, 0.1],
  [131_072, 0.06],
  [Number.POSITIVE_INFINITY, 0.02],
] as const;

/** Upper bounds in millicores, and the share of CPU that GKE reserves below each. Source: Google, "Plan node sizes". */
const CPU_SHARES = [
  [1_000, 0.06],
  [2_000, 0.01],
  [4_000, 0.005],
  [Number.POSITIVE_INFINITY, 0.0025],
] as const;

/** Memory that GKE reserves of a machine, in MiB. */
function gkeReservedMebibytes(mebibytes: number): number {
  return mebibytes <= 1_024 ? 255 : wholeShares(mebibytes, MEMORY_SHARES);
}

/** CPU that GKE reserves of a machine, in millicores. */
function gkeReservedMillicores(cpu: number): number {
  return wholeShares(cpu * 1_000, CPU_SHARES);
}

function wholeShares(amount: number, shares: readonly (readonly [number, number])[]): number {
  const parts = shares.map(([upper, share], i) => Math.trunc(Math.max(0, Math.min(upper, amount) - (shares[i - 1]?.[0] ?? 0)) * share));
  return parts.reduce((sum, part) => sum + part, 0);
}

/** Bytes of a boot disk that GKE reserves for the system, and the eviction threshold of 10 %. Source: Google, "Plan node sizes". */
function gkeReservedScratch(disk: Size): number {
  const gibibytes = disk.bytes / 1024 ** 3;
  const system = Math.min(Math.round(gibibytes * 0.5), Math.round(gibibytes * 0.35 + 6), 100);
  return (system + Math.trunc(gibibytes * 0.1)) * 1024 ** 3;
}
