/** Settings with which a provisioner creates and removes the nodes of a pool. */

import type { Construct, IConstruct, IDependable } from "constructs";
import type { Duration } from "#lib/core/duration";
import type { Size } from "#lib/core/size";
import type { GpuService } from "./gpu-platform";
import type { AcceleratorModel, Architecture, Taint } from "./node-pool";

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

/** A pool whose nodes a provisioner creates. */
export interface ProvisionedPool {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Empty: every zone of the cluster. */
  readonly zones: readonly string[];
  readonly architecture: Architecture;
  /** Who installs the driver of its GPUs; with a driver comes the device plugin. @default nothing is known about it */
  readonly gpuDriver?: GpuService["driver"];
}

/** What nodes with as many GPUs offer instead of whole ones. */
export interface NodeShares {
  readonly instanceTypes: readonly string[];
  /** GPUs of one node. */
  readonly gpus: number;
  /** Quantities by resource. */
  readonly capacity: Readonly<Record<string, string>>;
}

/** A pool of Karpenter, defaults filled in. */
export interface NodesOnDemand extends ProvisionedPool {
  readonly instanceTypes: readonly string[];
  readonly capacityTypes: readonly CapacityType[];
  /** Total capacity limit of all nodes. */
  readonly limits: Readonly<Record<string, string>>;
  readonly consolidation: Consolidation;
  readonly disruptionBudgets: readonly DisruptionBudget[];
  readonly expireAfter: Duration | "never";
  readonly rootVolume: Size;
  /** @default each GPU belongs to one pod */
  readonly shares?: readonly NodeShares[];
}

/** A pool that may use capacity that was reserved before. */
export interface ReservableNodes extends NodesOnDemand {
  /** Reservations by id or by tags. */
  readonly capacityReservations: readonly ({ readonly id: string } | { readonly tags: Readonly<Record<string, string>> })[];
}

/** A pool with the number of pods of each node. */
export interface SizedNodes extends NodesOnDemand {
  readonly maxPods: number;
}

/** A pool whose machines are tried in order, defaults filled in. */
export interface RankedNodes extends ProvisionedPool {
  readonly machines: readonly { readonly name: string; readonly accelerators: number; readonly accelerator?: AcceleratorModel }[];
  /** Tried in this order, each with every machine. */
  readonly capacityTypes: readonly CapacityType[];
  /** Reservations by name. */
  readonly reservations: readonly { readonly name: string; readonly project?: string | undefined }[];
  readonly rootVolume: Size;
  readonly diskType: "pd-standard" | "pd-balanced" | "pd-ssd" | "hyperdisk-balanced";
  readonly maxPods: number;
  /** How long a node must be unneeded before it is removed. */
  readonly removeAfter: Duration;
  readonly placementPolicy?: string | undefined;
}

/** An object of a provider, by which machines are made. */
interface MachineTemplate {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

/** A pool of machines that are described and not looked up, defaults filled in. */
export interface MachineNodes extends ProvisionedPool {
  readonly kind: "machine-deployment" | "machine-pool";
  /** A number of machines, or bounds between which an autoscaler chooses. */
  readonly nodes: number | { readonly min: number; readonly max: number };
  readonly infrastructure: MachineTemplate;
  readonly bootstrap: MachineTemplate;
  /** What one node offers, as quantities by resource. */
  readonly capacity: Readonly<Record<string, string>>;
  /** Model of its accelerators. @default none */
  readonly accelerator?: AcceleratorModel;
}

/** Creates and removes the nodes of pools of one type, by which it is given. */
export interface INodeProvisioner extends IConstruct {
  /** Image of the nodes by the name of its family, such as `bottlerocket`. @default unknown */
  readonly nodeImage?: string;
  /** Adds the objects that create the nodes of a pool below `scope`. @returns the dependency of the pool */
  addPool(scope: Construct, pool: ProvisionedPool): IDependable;
}
