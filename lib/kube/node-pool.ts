/** A node pool as workloads see it: where its pods go, what its nodes offer, how much it can give at most. */

import type { IConstruct } from "constructs";
import type { Size } from "#lib/core/size";

/** Label by which pods find the nodes of a pool. */
export const NODE_POOL_LABEL = "beamstack-iac/node-pool";

/** A taint of a node. */
export interface Taint {
  readonly key: string;
  /** @default no value */
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** A pod's leave to run on tainted nodes. A type, not an interface: only so does TypeScript take it for JSON. */
export type Toleration = {
  readonly key: string;
  readonly operator: "Exists" | "Equal";
  readonly value?: string;
  readonly effect: Taint["effect"];
};

/** What one node offers to pods. */
export interface NodeShape {
  /** Cores. */
  readonly cpu: number;
  readonly memory: Size;
  /** Number of accelerators. */
  readonly accelerators: number;
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

/** A pool of nodes that workloads can be placed on. */
export interface INodePool extends IConstruct {
  readonly name: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  /** Every kind of node it can give. */
  readonly shapes: readonly NodeShape[];
  readonly capacity: PoolCapacity;
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
