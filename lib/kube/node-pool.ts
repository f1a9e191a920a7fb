/** A node pool as workloads see it: where its pods go, what its nodes offer, how much it can give at most. */

import type { IConstruct } from "constructs";
import { Size } from "#lib/core/size";

/** Label by which pods find the nodes of a pool. */
export const NODE_POOL_LABEL = "beamstack-iac/node-pool";

/** A taint of a node. */
export interface Taint {
  readonly key: string;
  /** @default no value */
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** A toleration. A type, not an interface: only so does TypeScript take it for JSON. */
export type Toleration = {
  readonly key: string;
  readonly operator: "Exists" | "Equal";
  readonly value?: string;
  readonly effect: Taint["effect"];
};

/** Architecture of a node's CPUs. */
export type Architecture = "amd64" | "arm64";

/** What one node offers to pods. */
export interface NodeShape {
  /** Cores. */
  readonly cpu: number;
  readonly memory: Size;
  /** Number of accelerators, or of shares of them. */
  readonly accelerators: number;
  /** The most that one pod can have of them. @default all of the node */
  readonly acceleratorsPerPod?: number;
  /** Ephemeral storage: images, logs, writable layers and `emptyDir` volumes. */
  readonly scratch: Size;
  /** Number of pods. */
  readonly pods: number;
  /** Network interfaces with RDMA, and the resource by which pods ask for one. @default none */
  readonly rdma?: { readonly resource: string; readonly count: number };
}

/** A model of accelerator. */
export interface AcceleratorModel {
  readonly name: string;
  /** Resource name in pods. */
  readonly resource: string;
  /** Memory of one. */
  readonly memory: Size;
  /** Compute capability of a GPU of NVIDIA, such as 8.9. @default unknown */
  readonly computeCapability?: number;
}

/** The most that a pool ever gives, all its nodes together. */
export interface PoolCapacity {
  readonly nodes: number;
  /** Cores. */
  readonly cpu: number;
  readonly memory: Size;
  readonly accelerators: number;
  /** The resource by which pods ask for accelerators, such as `nvidia.com/gpu`; absent in a pool without any. */
  readonly resource?: string;
}

/** A node that exists in the API only. */
export interface SimulatedNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Kubernetes quantities by resource: of the machine. */
  readonly capacity: Readonly<Record<string, string>>;
  /** Kubernetes quantities by resource: what pods can use. @default the capacity */
  readonly allocatable?: Readonly<Record<string, string>>;
}

/** What pods with accelerators of a pool get, besides its placement. */
export interface AcceleratedPods {
  /** @default that of the node */
  readonly runtimeClassName?: string;
  /** Size of `/dev/shm`; a container has 64 MiB by default, which is too little for data loaders and collective communication. */
  readonly sharedMemory: Size;
}

/** A pool of nodes that workloads can be placed on. */
export interface INodePool extends IConstruct {
  readonly name: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  /** Every kind of node it can give. */
  readonly shapes: readonly NodeShape[];
  readonly capacity: PoolCapacity;
  /** Architecture of its nodes. @default "amd64" */
  readonly architecture?: Architecture;
  /** Model of its accelerators. @default none */
  readonly accelerator?: AcceleratorModel | undefined;
  /** Labels that place its nodes in the data center, from the widest level to the narrowest. @default unknown */
  readonly topology?: readonly string[];
  /** Nodes of the pool on a simulated cluster. */
  readonly simulatedNodes: readonly SimulatedNode[];
  /** What its pods with accelerators get. @default nothing */
  readonly accelerated?: AcceleratedPods | undefined;
}

/** Is the construct a node pool? */
export function isNodePool(construct: IConstruct): construct is INodePool {
  return "nodeSelector" in construct && "shapes" in construct && "capacity" in construct;
}

/** The part of a pod spec that sends a pod to a pool; selector and tolerations always go together. */
export type Placement = {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
};

/** Where pods of a pool go; without a pool, anywhere that is not tainted. */
export function placement(pool: Pick<INodePool, "nodeSelector" | "tolerations"> | undefined): Placement {
  if (!pool) return {};
  const { nodeSelector, tolerations } = pool;
  return { nodeSelector, ...(tolerations.length > 0 && { tolerations }) };
}

/** The toleration that answers a taint. */
export function tolerationOf({ key, value, effect }: Taint): Toleration {
  return value === undefined ? { key, operator: "Exists", effect } : { key, operator: "Equal", value, effect };
}

/** What all pools give together. */
export function totalCapacity(pools: readonly Pick<INodePool, "capacity">[]): {
  readonly cpu: number;
  readonly memory: Size;
  readonly gpus: number;
  /** Shares of GPUs by their resource. */
  readonly gpuShares: Readonly<Record<string, number>>;
} {
  const sum = (amount: (capacity: PoolCapacity) => number) => pools.reduce((total, { capacity }) => total + amount(capacity), 0);
  return {
    cpu: sum(({ cpu }) => cpu),
    memory: Size.mebibytes(sum(({ memory }) => memory.inMebibytes)),
    gpus: sum(({ resource, accelerators }) => (resource === WHOLE_GPU ? accelerators : 0)),
    gpuShares: gpuShares(pools.map(({ capacity }) => capacity)),
  };
}

/** Resource of NVIDIA GPUs that belong to one pod each. */
const WHOLE_GPU = "nvidia.com/gpu";

function gpuShares(capacities: readonly PoolCapacity[]): Record<string, number> {
  const shares: Record<string, number> = {};
  for (const { resource, accelerators } of capacities)
    if (resource?.startsWith("nvidia.com/") && resource !== WHOLE_GPU) shares[resource] = (shares[resource] ?? 0) + accelerators;
  return shares;
}

/** Operators tolerate no taint; real clusters have a system pool for them. Added where every node of the pools is tainted. */
const SYSTEM_NODE: SimulatedNode = {
  name: "system-0",
  labels: {},
  taints: [],
  capacity: { cpu: "16", memory: "64Gi", pods: "110", "ephemeral-storage": "100Gi" },
};

/** Nodes of a simulated cluster with these pools. */
export function simulatedNodes(pools: readonly Pick<INodePool, "simulatedNodes">[]): SimulatedNode[] {
  const nodes = pools.flatMap((pool) => pool.simulatedNodes);
  return nodes.some(({ taints }) => taints.length === 0) ? nodes : [SYSTEM_NODE, ...nodes];
}
