/** Settings with which a provisioner creates and removes the nodes of a pool. */

import type { Construct, IConstruct, IDependable } from "constructs";
import type { Duration } from "#lib/core/duration";
import type { Size } from "#lib/core/size";
import type { GpuService } from "./gpu-platform";
import type { Taint } from "./node-pool";

/** Purchase option of a node. */
type CapacityType = "on-demand" | "spot" | "reserved";

/** When nodes are removed. */
export interface Consolidation {
  /** `when-empty`: nodes without pods of ours; `when-underutilized`: also nodes whose pods fit on others. */
  readonly policy: "when-empty" | "when-underutilized";
  /** How long a node must be in this state before it is removed. */
  readonly after: Duration;
}

/** How many nodes may be removed at the same time. */
export interface DisruptionBudget {
  /** A number, or a share such as `10%`. */
  readonly nodes: number | `${number}%`;
  /** Start of the window, in cron syntax and UTC; requires `duration`. @default always */
  readonly schedule?: string;
  /** Length of the window. @default always */
  readonly duration?: Duration;
}

/** A pool with nodes on demand, defaults filled in. */
export interface ProvisionedPool {
  readonly name: string;
  readonly instanceTypes: readonly string[];
  readonly capacityTypes: readonly CapacityType[];
  /** Capacity that was reserved before, by id or by tags. */
  readonly capacityReservations: readonly ({ readonly id: string } | { readonly tags: Readonly<Record<string, string>> })[];
  /** Empty: every zone of the subnets. */
  readonly zones: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Total capacity limit of all nodes. */
  readonly limits: Readonly<Record<string, string>>;
  readonly consolidation: Consolidation;
  readonly disruptionBudgets: readonly DisruptionBudget[];
  readonly expireAfter: Duration | "never";
  readonly rootVolume: Size;
  /** Who installs the driver of its GPUs; with a driver comes the device plugin. @default nothing is known about it */
  readonly gpuDriver?: GpuService["driver"];
}

/** Creates and removes the nodes of pools of one type. */
export interface INodeProvisioner extends IConstruct {
  /** Image of the nodes by the name of its family, such as `bottlerocket`. @default unknown */
  readonly nodeImage?: string;
  /** Adds the objects that create the nodes of a pool below `scope`. @returns the dependency of the pool */
  addPool(scope: Construct, pool: ProvisionedPool): IDependable;
}
