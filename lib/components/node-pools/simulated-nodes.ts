/** Nodes of a pool on a simulated cluster, where no machine runs. */

import { Size } from "#lib/core/size";
import type { GpuService } from "#lib/kube/gpu-platform";
import { NODE_POOL_LABEL, type NodeShape, type SimulatedNode } from "#lib/kube/node-pool";
import { exceeds, formatCores } from "#lib/kube/quantity";
import type { InstanceTypeName } from "./instance-types";
import { instanceType, machinesOf, offeredResource, selectorOf, shapesOf, taintsOf } from "./pool-facts";
import type { KarpenterAwsPoolSettings, NodePoolSettings, StaticPoolSettings } from "./schema";

/** Upper limit of simulated nodes of a provisioned pool: enough for a rehearsal, and few enough to start quickly. */
const SIMULATED_NODES_PER_POOL = 16;

/** The nodes of a pool. */
export function nodesOf(name: string, props: NodePoolSettings): SimulatedNode[] {
  return props.type === "karpenter-aws" ? provisionedNodes(name, props) : staticNodes(name, props);
}

function staticNodes(name: string, props: StaticPoolSettings): SimulatedNode[] {
  const [shape] = shapesOf(props);
  if (!shape) return [];
  const capacity = quantities(props, shape);
  return Array.from({ length: props.nodes }, (_, i) => ({
    name: `${name}-${i}`,
    labels: { [NODE_POOL_LABEL]: name, ...selectorOf(name, props), ...zoneLabel(props.zones, i) },
    taints: taintsOf(props),
    capacity,
  }));
}

/** Nodes of each instance type in turn, within the limits: a pod that would exceed the limits stays Pending in a rehearsal too. */
function provisionedNodes(name: string, props: KarpenterAwsPoolSettings): SimulatedNode[] {
  const { capacityTypes } = props;
  const taints = taintsOf(props);
  return typesWithinLimits(props).map((type, i) => ({
    name: `${name}-${i}`,
    labels: {
      [NODE_POOL_LABEL]: name,
      "karpenter.sh/nodepool": name,
      "karpenter.sh/capacity-type": capacityTypes[i % capacityTypes.length] ?? "on-demand",
      "node.kubernetes.io/instance-type": type,
      ...zoneLabel(props.zones, i),
    },
    taints,
    ...amountsOf(props, type),
  }));
}

function typesWithinLimits(props: KarpenterAwsPoolSettings): InstanceTypeName[] {
  const { limits, instanceTypes } = props;
  const left = { cpu: limits.cpu, memory: limits.memory.bytes, accelerators: limits.accelerators ?? 0 };
  const chosen: InstanceTypeName[] = [];
  const take = (type: InstanceTypeName): boolean => {
    const { cpu, memoryGib, count: accelerators } = instanceType(type);
    const memory = Size.gibibytes(memoryGib);
    if (exceeds(cpu, left.cpu) || exceeds(memory.bytes, left.memory) || accelerators > left.accelerators) return false;
    left.cpu -= cpu;
    left.memory -= memory.bytes;
    left.accelerators -= accelerators;
    return chosen.push(type) > 0;
  };
  while (chosen.length < SIMULATED_NODES_PER_POOL) {
    const taken = instanceTypes.filter((type) => chosen.length < SIMULATED_NODES_PER_POOL && take(type));
    if (taken.length === 0) break;
  }
  return chosen;
}

/** The scheduler of a rehearsal compares with the allocatable amounts, as on a real node. */
function amountsOf(props: KarpenterAwsPoolSettings, type: InstanceTypeName): Pick<SimulatedNode, "capacity" | "allocatable"> {
  const one = { ...props, instanceTypes: [type] };
  const [capacity] = machinesOf(one).map((machine) => quantities(props, machine));
  const [allocatable] = shapesOf(one).map((shape) => quantities(props, shape));
  return { capacity: capacity ?? {}, ...(allocatable && { allocatable }) };
}

/** The same nodes where their GPUs are served: with the labels that this needs, and without the resource where pods get GPUs by claims only. */
export function servedNodes(nodes: readonly SimulatedNode[], { nodeLabels, by }: GpuService): SimulatedNode[] {
  const kept = (amounts: Readonly<Record<string, string>>) =>
    by === "resource" ? amounts : Object.fromEntries(Object.entries(amounts).filter(([name]) => !name.startsWith("nvidia.com/")));
  return nodes.map(({ labels, capacity, allocatable, ...node }) => ({
    ...node,
    labels: { ...labels, ...nodeLabels },
    capacity: kept(capacity),
    ...(allocatable && { allocatable: kept(allocatable) }),
  }));
}

function quantities(props: NodePoolSettings, shape: NodeShape): Record<string, string> {
  const resource = offeredResource(props);
  return {
    cpu: formatCores(shape.cpu),
    memory: `${shape.memory}`,
    pods: `${shape.pods}`,
    "ephemeral-storage": `${shape.scratch}`,
    ...(resource && shape.accelerators > 0 && { [resource]: `${shape.accelerators}` }),
  };
}

function zoneLabel(zones: readonly string[], i: number): Record<string, string> {
  const zone = zones[i % zones.length];
  return zone === undefined ? {} : { "topology.kubernetes.io/zone": zone };
}
