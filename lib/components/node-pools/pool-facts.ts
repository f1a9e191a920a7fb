/** Facts derived from a pool's props: taints, selector, node shapes, capacity. Pure functions without constructs. */

import { Size } from "#lib/core/size";
import type { GpuSharing } from "#lib/kube/gpu-platform";
import {
  type INodePool,
  NODE_POOL_LABEL,
  type NodeShape,
  type PoolCapacity,
  type Taint,
  type Toleration,
  tolerationOf,
} from "#lib/kube/node-pool";
import { migProfiles } from "./accelerators";
import { acceleratorResource, acceleratorsOf, type Machine, machinesOf } from "./machines";
import { PROVIDERS } from "./providers";
import { type DescribedSettings, isProvisioned, type NodePoolSettings, nodesAtMost, type ProvisionedSettings } from "./schema";
import { topologyOf } from "./topology";

/** Taints of the pool's nodes: pods without accelerators must not occupy nodes with them. A taint of the same key and effect in the props replaces ours. */
export function taintsOf(props: NodePoolSettings): Taint[] {
  const resource = acceleratorResource(props);
  const own: Taint[] = resource ? [{ key: resource, value: "present", effect: "NoSchedule" }] : [];
  return [...own.filter((taint) => !props.taints.some((given) => isSameTaint(given, taint))), ...props.taints];
}

/** Kubernetes allows one taint of a key and effect on a node. */
export function isSameTaint(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** Tolerations of the pool's pods. Accelerator taints are tolerated by key, because clouds set different values. */
function tolerationsOf(name: string, props: NodePoolSettings): Toleration[] {
  const resource = acceleratorResource(props);
  // GKE taints the nodes of a class, and those with Arm CPUs. Source: Google, "About custom compute classes", "Arm workloads on GKE".
  const ofGke = props.type === "gke-compute-class" ? gkeTaints(name, props) : [];
  return [...ofGke, ...taintsOf(props)].map((taint) =>
    tolerationOf(taint.key === resource ? { key: taint.key, effect: taint.effect } : taint),
  );
}

function gkeTaints(name: string, props: NodePoolSettings): Taint[] {
  const isArm = machinesOf(props).some(({ architecture }) => architecture === "arm64");
  return [
    { key: COMPUTE_CLASS, value: name, effect: "NoSchedule" },
    ...(isArm ? [{ key: "kubernetes.io/arch", value: "arm64", effect: "NoSchedule" } as const] : []),
  ];
}

/** Label and taint of the nodes of a compute class. */
const COMPUTE_CLASS = "cloud.google.com/compute-class";

/** Node selector of the pool's pods. */
export function selectorOf(name: string, props: NodePoolSettings): Readonly<Record<string, string>> {
  // GKE creates nodes for pods that select the class.
  if (props.type === "gke-compute-class") return { [COMPUTE_CLASS]: name };
  // Cluster API gives nodes labels of this domain only. Source: Cluster API v1.14.0, ManagedNodeLabelDomain.
  if (props.type === "cluster-api") return { "node.cluster.x-k8s.io/node-pool": name };
  return (isProvisioned(props) ? undefined : props.selector) ?? { [NODE_POOL_LABEL]: name };
}

/** What the pods of a pool ask for: its accelerators, or shares of them. */
interface Offer {
  /** Resource name in pods. */
  readonly resource: string;
  /** Pieces that one accelerator gives. */
  readonly pieces: number;
  /** The most pieces of one pod. @default all of a node */
  readonly perPod?: number;
}

/** Resources of shared GPUs get names of their own, so that a pod that needs a whole GPU never gets a share. Source: k8s-device-plugin v0.20.0, README, renameByDefault and migStrategy mixed. */
function offerOf(props: NodePoolSettings): Offer | undefined {
  const resource = acceleratorResource(props);
  const sharing = sharingOf(props);
  if (resource === undefined) return undefined;
  if (!sharing) return { resource, pieces: 1 };
  if (sharing.type !== "mig") return { resource: `${resource}.shared`, pieces: sharing.replicas, perPod: 1 };
  const [model] = acceleratorsOf(props);
  return { resource: `nvidia.com/mig-${sharing.profile}`, pieces: (model && migProfiles(model.name)[sharing.profile]) ?? 0 };
}

/** How the GPUs of a pool are shared. */
export function sharingOf(props: NodePoolSettings): GpuSharing | undefined {
  if (isProvisioned(props)) return "sharing" in props ? props.sharing : undefined;
  return props.node.accelerators?.sharing;
}

/** Key below a pool that says how its GPUs are shared. */
export function sharingKey(props: NodePoolSettings): string {
  return isProvisioned(props) ? "sharing" : "node.accelerators.sharing";
}

/** Resource by which pods of the pool ask for accelerators. */
export function offeredResource(props: NodePoolSettings): string | undefined {
  return offerOf(props)?.resource;
}

/** Pieces that one accelerator of the pool gives. */
export function piecesOf(props: NodePoolSettings): number {
  return offerOf(props)?.pieces ?? 1;
}

/** What pods can use of a machine of the pool. */
export function shapeOf(props: NodePoolSettings, { name: _, architecture, accelerator: _model, ...machine }: Machine): NodeShape {
  // The file says what nodes of a static pool offer.
  const shape = isProvisioned(props) ? PROVIDERS[props.type].allocatable(machine, architecture) : machine;
  const { pieces = 1, perPod } = offerOf(props) ?? {};
  return { ...shape, accelerators: shape.accelerators * pieces, ...(perPod !== undefined && { acceleratorsPerPod: perPod }) };
}

/** Capacity that pods can use of every kind of node of the pool. */
export function shapesOf(props: NodePoolSettings): NodeShape[] {
  return machinesOf(props).map((machine) => shapeOf(props, machine));
}

/** Facts of a pool that workloads and checks use. */
export interface PoolFacts
  extends Pick<INodePool, "nodeSelector" | "tolerations" | "shapes" | "capacity" | "architecture" | "accelerator" | "topology"> {
  readonly taints: readonly Taint[];
}

/** Used when a pool's props are wrong. */
export const NO_FACTS: PoolFacts = {
  nodeSelector: {},
  tolerations: [],
  taints: [],
  shapes: [],
  capacity: { nodes: 0, cpu: 0, memory: Size.mebibytes(0), accelerators: 0 },
};

/** Facts derived from valid props. */
export function poolFacts(name: string, props: NodePoolSettings): PoolFacts {
  const [machine] = machinesOf(props);
  const [accelerator] = acceleratorsOf(props);
  const topology = topologyOf(props);
  return {
    nodeSelector: selectorOf(name, props),
    tolerations: tolerationsOf(name, props),
    taints: taintsOf(props),
    shapes: shapesOf(props),
    capacity: poolCapacity(props),
    ...(machine && { architecture: machine.architecture }),
    ...(accelerator && { accelerator }),
    ...(topology.length > 0 && { topology }),
  };
}

/** The same pool where pods get accelerators by claims only: nodes offer no resource. */
export function withoutResource(facts: PoolFacts): PoolFacts {
  const { resource: _, ...capacity } = facts.capacity;
  return {
    ...facts,
    shapes: facts.shapes.map((shape) => ({ ...shape, accelerators: 0 })),
    capacity: { ...capacity, accelerators: 0 },
  };
}

/** Largest capacity of the pool. */
export function poolCapacity(props: NodePoolSettings): PoolCapacity {
  const offer = offerOf(props);
  const amounts = isProvisioned(props) ? provisionedCapacity(props) : describedCapacity(props);
  return offer ? { ...amounts, accelerators: amounts.accelerators * offer.pieces, resource: offer.resource } : amounts;
}

function describedCapacity(props: DescribedSettings): PoolCapacity {
  const nodes = nodesAtMost(props);
  const { cpu, memory, accelerators } = props.node;
  return {
    nodes,
    cpu: nodes * cpu,
    memory: Size.mebibytes((nodes * memory.bytes) / 1024 ** 2),
    accelerators: nodes * (accelerators?.count ?? 0),
  };
}

/** Limits contain no number of nodes: the maximum is the number of smallest instances within the CPU limit. */
function provisionedCapacity(props: ProvisionedSettings): PoolCapacity {
  const { cpu, memory, accelerators = 0 } = props.limits;
  const smallest = Math.min(...machinesOf(props).map(({ cpu: cores }) => cores));
  return { nodes: Math.floor(cpu / smallest), cpu, memory, accelerators };
}
