/** What a platform team may say of a node pool, and what holds when it says nothing. */

import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import type { Taint } from "#lib/kube/node-pool";
import type { CapacityType, Consolidation, DisruptionBudget } from "#lib/kube/provisioning";
import type { AcceleratorName } from "./accelerators";
import type { InstanceTypeName } from "./instance-types";

/** What each node of a plain pool offers. */
export interface NodeProps {
  /** Cores. */
  readonly cpu: number;
  readonly memory: Size;
  /** Scratch space. @default 100 GiB */
  readonly scratch?: Size;
  /** @default none */
  readonly accelerators?: { readonly type: AcceleratorName; readonly count: number };
}

/** Nodes that somebody else makes: they carry a label, and this many exist. */
export interface PlainPoolProps {
  readonly type: "plain";
  /** How many nodes there are. */
  readonly nodes: number;
  /** What each of them offers. */
  readonly node: NodeProps;
  /** Labels that the nodes carry. @default `beamstack-iac/node-pool: <name>` */
  readonly selector?: Readonly<Record<string, string>>;
  /** Taints that the nodes carry besides that of their accelerators. @default none */
  readonly taints?: readonly Taint[];
  /** Zones, over which the nodes are spread evenly. @default none known */
  readonly zones?: readonly string[];
}

/** The most that all nodes of a provisioned pool offer together. */
export interface PoolLimits {
  /** Cores. */
  readonly cpu: number;
  readonly memory: Size;
  /** Accelerators; only and always in a pool whose instance types have some. @default 0 */
  readonly accelerators?: number;
}

/** Nodes that Karpenter makes in EC2 when pods need them. */
export interface KarpenterAwsPoolProps {
  readonly type: "karpenter-aws";
  /** Karpenter takes the cheapest that fits. */
  readonly instanceTypes: readonly InstanceTypeName[];
  readonly limits: PoolLimits;
  /** @default ["on-demand"] */
  readonly capacityTypes?: readonly CapacityType[];
  /** @default every zone of the subnets */
  readonly zones?: readonly string[];
  /** Taints besides that of the accelerators. @default none */
  readonly taints?: readonly Taint[];
  /** @default when-empty after 10 minutes: a pod of Flink or Elasticsearch is dear to move, and Flink's own leave when they are idle */
  readonly consolidation?: Consolidation;
  /** @default 10 % at any time */
  readonly disruptionBudgets?: readonly DisruptionBudget[];
  /** Age at which a node is replaced. @default 30 days */
  readonly expireAfter?: Duration | "never";
  /** @default 100 GiB */
  readonly rootVolume?: Size;
}

/** A node pool: who makes its nodes, and of what kind. Open for other providers: each is one more member. */
export type NodePoolProps = PlainPoolProps | KarpenterAwsPoolProps;

/** Values that hold when a prop of a plain pool is not given. */
export const plainPoolDefaults = { taints: [], zones: [] } as const satisfies Partial<PlainPoolProps>;

/** Scratch space of a node when nothing is said. */
export const DEFAULT_SCRATCH = Size.gibibytes(100);

/** Values that hold when a prop of a Karpenter pool is not given. */
export const karpenterAwsPoolDefaults = {
  capacityTypes: ["on-demand"],
  zones: [],
  taints: [],
  consolidation: { policy: "when-empty", after: Duration.minutes(10) },
  disruptionBudgets: [{ nodes: "10%" }],
  expireAfter: Duration.days(30),
  rootVolume: Size.gibibytes(100),
} as const satisfies Partial<KarpenterAwsPoolProps>;
