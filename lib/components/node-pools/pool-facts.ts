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
import { ACCELERATORS, type Accelerator, type AcceleratorName } from "./accelerators";
import { type Allocatable, asDeclared, karpenterAws } from "./allocatable";
import { INSTANCE_TYPES, type InstanceType, type InstanceTypeName } from "./instance-types";
import type { KarpenterAwsPoolSettings, NodePoolSettings, StaticPoolSettings } from "./schema";

/** An instance type by its name. */
export function instanceType(name: InstanceTypeName): InstanceType {
  return INSTANCE_TYPES[name];
}

/** Every accelerator of the pool's nodes, without duplicates. */
export function acceleratorsOf(props: NodePoolSettings): AcceleratorName[] {
  if (props.type !== "karpenter-aws") return props.node.accelerators ? [props.node.accelerators.type] : [];
  const names = props.instanceTypes.flatMap((name) => instanceType(name).accelerator ?? []);
  return [...new Set(names)];
}

/** Resource name of the pool's accelerators. */
export function acceleratorResource(props: NodePoolSettings): Accelerator["resource"] | undefined {
  const [first] = acceleratorsOf(props);
  return first && ACCELERATORS[first].resource;
}

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
function tolerationsOf(props: NodePoolSettings): Toleration[] {
  const resource = acceleratorResource(props);
  return taintsOf(props).map((taint) => tolerationOf(taint.key === resource ? { key: taint.key, effect: taint.effect } : taint));
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
  if (resource === undefined || !sharing) return resource && { resource, pieces: 1 };
  if (sharing.type !== "mig") return { resource: `${resource}.shared`, pieces: sharing.replicas, perPod: 1 };
  const [model] = acceleratorsOf(props);
  return { resource: `nvidia.com/mig-${sharing.profile}`, pieces: (model && migProfiles(model)[sharing.profile]) ?? 0 };
}

/** The MIG profiles of an accelerator. */
export function migProfiles(name: AcceleratorName): Readonly<Record<string, number>> {
  const accelerator: Accelerator = ACCELERATORS[name];
  return accelerator.mig ?? {};
}

/** How the GPUs of a pool are shared. */
export function sharingOf(props: NodePoolSettings): GpuSharing | undefined {
  return props.type === "karpenter-aws" ? undefined : props.node.accelerators?.sharing;
}

/** Resource by which pods of the pool ask for accelerators. */
export function offeredResource(props: NodePoolSettings): string | undefined {
  return offerOf(props)?.resource;
}

/** Node selector of the pool's pods. */
export function selectorOf(name: string, props: NodePoolSettings): Readonly<Record<string, string>> {
  return (props.type === "karpenter-aws" ? undefined : props.selector) ?? { [NODE_POOL_LABEL]: name };
}

/** Formula of each way to get nodes. */
const ALLOCATABLE = { "karpenter-aws": karpenterAws, static: asDeclared, plain: asDeclared } as const satisfies Record<
  NodePoolSettings["type"],
  Allocatable
>;

/** Capacity that pods can use of every kind of node of the pool. */
export function shapesOf(props: NodePoolSettings): NodeShape[] {
  const machines = props.type === "karpenter-aws" ? machinesOf(props) : [staticShape(props)];
  const { pieces = 1, perPod } = offerOf(props) ?? {};
  return machines.map(ALLOCATABLE[props.type]).map((shape) => ({
    ...shape,
    accelerators: shape.accelerators * pieces,
    ...(perPod !== undefined && { acceleratorsPerPod: perPod }),
  }));
}

/** Nominal capacity of every kind of machine of the pool: limits count in these. */
export function machinesOf(props: Pick<KarpenterAwsPoolSettings, "instanceTypes" | "rootVolume">): NodeShape[] {
  return props.instanceTypes.map((name) => {
    const { cpu, memoryGib, count, pods } = instanceType(name);
    return { cpu, memory: Size.gibibytes(memoryGib), accelerators: count, scratch: props.rootVolume, pods };
  });
}

/** Facts of a pool that workloads and checks use. */
export interface PoolFacts extends Pick<INodePool, "nodeSelector" | "tolerations" | "shapes" | "capacity"> {
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
  return {
    nodeSelector: selectorOf(name, props),
    tolerations: tolerationsOf(props),
    taints: taintsOf(props),
    shapes: shapesOf(props),
    capacity: poolCapacity(props),
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
  const amounts = props.type === "karpenter-aws" ? provisionedCapacity(props) : staticCapacity(props);
  return offer ? { ...amounts, accelerators: amounts.accelerators * offer.pieces, resource: offer.resource } : amounts;
}

/** Source: the kubelet's default of `maxPods`. */
const KUBELET_PODS = 110;

function staticShape({ node }: StaticPoolSettings): NodeShape {
  return { cpu: node.cpu, memory: node.memory, accelerators: node.accelerators?.count ?? 0, scratch: node.scratch, pods: KUBELET_PODS };
}

function staticCapacity(props: StaticPoolSettings): PoolCapacity {
  const { nodes } = props;
  const { cpu, memory, accelerators } = staticShape(props);
  return { nodes, cpu: nodes * cpu, memory: Size.mebibytes((nodes * memory.bytes) / 1024 ** 2), accelerators: nodes * accelerators };
}

/** Limits contain no number of nodes: the maximum is the number of smallest instances within the CPU limit. */
function provisionedCapacity(props: KarpenterAwsPoolSettings): PoolCapacity {
  const { cpu, memory, accelerators = 0 } = props.limits;
  const smallest = Math.min(...machinesOf(props).map(({ cpu: cores }) => cores));
  return { nodes: Math.floor(cpu / smallest), cpu, memory, accelerators };
}
