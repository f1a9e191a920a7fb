/** What a provisioner (Karpenter, and others to come) must know to make and remove the nodes of a pool. */

import type { Construct, IConstruct, IDependable } from "constructs";
import type { Duration } from "#lib/core/duration";
import type { Size } from "#lib/core/size";
import type { Taint } from "./node-pool";

/** How a node is paid for. */
type CapacityType = "on-demand" | "spot" | "reserved";

/** When nodes are given back. */
export interface Consolidation {
  /** `when-empty`: a node that runs nothing of ours; `when-underutilized`: also one whose pods fit elsewhere. */
  readonly policy: "when-empty" | "when-underutilized";
  /** How long a node must have been so. */
  readonly after: Duration;
}

/** How many nodes may be taken away at once. */
export interface DisruptionBudget {
  /** A number, or a share such as `10%`. */
  readonly nodes: number | `${number}%`;
  /** Start of the window, as a cron line in UTC; goes with `duration`. @default always */
  readonly schedule?: string;
  /** Length of the window. @default always */
  readonly duration?: Duration;
}

/** A pool whose nodes are made on demand, all defaults filled in. */
export interface ProvisionedPool {
  readonly name: string;
  readonly instanceTypes: readonly string[];
  readonly capacityTypes: readonly CapacityType[];
  /** Empty: every zone of the subnets. */
  readonly zones: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Quantities that all nodes together stay below. */
  readonly limits: Readonly<Record<string, string>>;
  readonly consolidation: Consolidation;
  readonly disruptionBudgets: readonly DisruptionBudget[];
  readonly expireAfter: Duration | "never";
  readonly rootVolume: Size;
}

/** Makes and removes the nodes of pools of one type. */
export interface INodeProvisioner extends IConstruct {
  /** Adds what makes the nodes of a pool below `scope`. @returns what the pool depends on */
  addPool(scope: Construct, pool: ProvisionedPool): IDependable;
}
