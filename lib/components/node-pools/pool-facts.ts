/** What follows from a pool's props: taints, selector, kinds of nodes, the most it can give. Pure; no construct needed. */

import { Size } from "#lib/core/size";
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
import { INSTANCE_TYPES, type InstanceType, type InstanceTypeName } from "./instance-types";
import type { KarpenterAwsPoolSettings, NodePoolSettings, StaticPoolSettings } from "./schema";

/** An instance type by its name. */
export function instanceType(name: InstanceTypeName): InstanceType {
  return INSTANCE_TYPES[name];
}

/** Every accelerator that nodes of the pool may have, each once. */
export function acceleratorsOf(props: NodePoolSettings): AcceleratorName[] {
  if (props.type !== "karpenter-aws") return props.node.accelerators ? [props.node.accelerators.type] : [];
  const names = props.instanceTypes.flatMap((name) => instanceType(name).accelerator ?? []);
  return [...new Set(names)];
}

/** The resource by which pods ask for the pool's accelerators. */
export function acceleratorResource(props: NodePoolSettings): Accelerator["resource"] | undefined {
  const [first] = acceleratorsOf(props);
  return first && ACCELERATORS[first].resource;
}

/** Taints of the pool's nodes: what costs accelerators must not be taken by pods that use none. */
export function taintsOf(props: NodePoolSettings): Taint[] {
  const resource = acceleratorResource(props);
  return [...(resource ? [{ key: resource, value: "present", effect: "NoSchedule" as const }] : []), ...props.taints];
}

/** Tolerations of pods of the pool. That of accelerators asks for the key alone: clouds set other values than we do. */
function tolerationsOf(props: NodePoolSettings): Toleration[] {
  const resource = acceleratorResource(props);
  return taintsOf(props).map((taint) => tolerationOf(taint.key === resource ? { key: taint.key, effect: taint.effect } : taint));
}

/** Labels by which pods find the pool's nodes. */
export function selectorOf(name: string, props: NodePoolSettings): Readonly<Record<string, string>> {
  return (props.type === "karpenter-aws" ? undefined : props.selector) ?? { [NODE_POOL_LABEL]: name };
}

/** Every kind of node that the pool can give: what it offers to pods. */
export function shapesOf(props: NodePoolSettings): NodeShape[] {
  if (props.type !== "karpenter-aws") return [staticShape(props)];
  return machinesOf(props).map(({ cpu, memory, accelerators }) => ({ cpu: podCores(cpu), memory: podMemory(memory), accelerators }));
}

/** Every kind of machine of a provisioned pool, as the provider sells it: limits are counted in these. */
export function machinesOf(props: KarpenterAwsPoolSettings): NodeShape[] {
  return props.instanceTypes.map((name) => {
    const { cpu, memoryGib, count } = instanceType(name);
    return { cpu, memory: Size.gibibytes(memoryGib), accelerators: count };
  });
}

/** What the first cores of a machine keep for the system, in thousandths of a core; each further one keeps the last. Source: EKS, nodeadm, kubelet defaults. */
const RESERVED_MILLICORES = [60, 10, 5, 5, 2.5];

function podCores(cpu: number): number {
  const reserved = Array.from({ length: cpu }, (_, core) => RESERVED_MILLICORES[Math.min(core, RESERVED_MILLICORES.length - 1)] ?? 0);
  return cpu - reserved.reduce((sum, each) => sum + each, 0) / 1_000;
}

/**
 * What is left of a machine's memory at the best: without what the hypervisor takes, what is kept for the system on a machine of few pods,
 * and what the kubelet evicts for. Sources: Karpenter, VM_MEMORY_OVERHEAD_PERCENT; EKS, nodeadm, kubelet defaults (255 MiB, 11 MiB a pod; 100 MiB).
 */
function podMemory(memory: Size): Size {
  return Size.mebibytes(Math.floor(memory.inMebibytes * 0.925) - (255 + 11 * 29) - 100);
}

/** All that workloads and checks ask of a pool. */
export interface PoolFacts extends Pick<INodePool, "nodeSelector" | "tolerations" | "shapes" | "capacity"> {
  readonly taints: readonly Taint[];
}

/** Stands in where a pool's props are wrong and nothing follows from them. */
export const NO_FACTS: PoolFacts = {
  nodeSelector: {},
  tolerations: [],
  taints: [],
  shapes: [],
  capacity: { nodes: 0, cpu: 0, memory: Size.mebibytes(0), accelerators: 0 },
};

/** Everything that follows from sound props. */
export function poolFacts(name: string, props: NodePoolSettings): PoolFacts {
  return {
    nodeSelector: selectorOf(name, props),
    tolerations: tolerationsOf(props),
    taints: taintsOf(props),
    shapes: shapesOf(props),
    capacity: poolCapacity(props),
  };
}

/** The most that the pool ever gives. */
export function poolCapacity(props: NodePoolSettings): PoolCapacity {
  const resource = acceleratorResource(props);
  const amounts = props.type === "karpenter-aws" ? provisionedCapacity(props) : staticCapacity(props);
  return { ...amounts, ...(resource && { resource }) };
}

function staticShape({ node }: StaticPoolSettings): NodeShape {
  return { cpu: node.cpu, memory: node.memory, accelerators: node.accelerators?.count ?? 0 };
}

function staticCapacity(props: StaticPoolSettings): PoolCapacity {
  const { nodes } = props;
  const { cpu, memory, accelerators } = staticShape(props);
  return { nodes, cpu: nodes * cpu, memory: Size.mebibytes((nodes * memory.bytes) / 1024 ** 2), accelerators: nodes * accelerators };
}

/** Limits say no number of nodes: the most is as many of the smallest as the cores allow. */
function provisionedCapacity(props: KarpenterAwsPoolSettings): PoolCapacity {
  const { cpu, memory, accelerators = 0 } = props.limits;
  const smallest = Math.min(...machinesOf(props).map(({ cpu: cores }) => cores));
  return { nodes: Math.floor(cpu / smallest), cpu, memory, accelerators };
}
