/** Nodes of a pool on a simulated cluster, where no machine runs. */

import type { GpuService } from "#lib/kube/gpu-platform";
import { type INodePool, NODE_POOL_LABEL, type NodeShape, type SimulatedNode } from "#lib/kube/node-pool";
import { exceeds, formatCores } from "#lib/kube/quantity";
import { type Machine, machinesOf } from "./machines";
import { offeredResource, piecesOf, selectorOf, shapeOf, taintsOf } from "./pool-facts";
import { type DescribedSettings, isProvisioned, type NodePoolSettings, nodesAtMost, type ProvisionedSettings } from "./schema";
import { topologyOf } from "./topology";

/** Upper limit of simulated nodes of a provisioned pool: enough for a rehearsal, and few enough to start quickly. */
const SIMULATED_NODES_PER_POOL = 16;

/** The nodes of a pool. */
export function nodesOf(name: string, props: NodePoolSettings): INodePool["simulatedNodes"] {
  return isProvisioned(props) ? provisionedNodes(name, props) : describedNodes(name, props);
}

function describedNodes(name: string, props: DescribedSettings): SimulatedNode[] {
  const [machine] = machinesOf(props);
  if (!machine) return [];
  const capacity = quantities(props, shapeOf(props, machine));
  return Array.from({ length: nodesAtMost(props) }, (_, i) => ({
    name: `${name}-${i}`,
    labels: {
      [NODE_POOL_LABEL]: name,
      ...selectorOf(name, props),
      ...(machine.architecture !== "amd64" && { "kubernetes.io/arch": machine.architecture }),
      ...zoneLabel(props.zones, i),
      ...topologyLabels(name, props.topology),
    },
    taints: taintsOf(props),
    capacity,
  }));
}

/** One place of the data center for the whole pool: a rehearsal has no network. */
function topologyLabels(name: string, topology: readonly string[]): Record<string, string> {
  return Object.fromEntries(topology.map((label) => [label, name]));
}

/** Nodes of each instance type in turn, within the limits: a pod that would exceed the limits stays Pending in a rehearsal too. */
function provisionedNodes(name: string, props: ProvisionedSettings): SimulatedNode[] {
  const { capacityTypes } = props;
  const taints = taintsOf(props);
  return machinesWithinLimits(props).map((machine, i) => ({
    name: `${name}-${i}`,
    labels: {
      [NODE_POOL_LABEL]: name,
      ...selectorOf(name, props),
      ...(props.type !== "gke-compute-class" && {
        "karpenter.sh/nodepool": name,
        "karpenter.sh/capacity-type": capacityTypes[i % capacityTypes.length] ?? "on-demand",
      }),
      "kubernetes.io/arch": machine.architecture,
      "node.kubernetes.io/instance-type": machine.name,
      ...zoneLabel(props.zones, i),
      ...topologyLabels(name, topologyOf(props)),
    },
    taints,
    // The scheduler of a rehearsal compares with the allocatable amounts, as on a real node.
    capacity: quantities(props, { ...machine, accelerators: machine.accelerators * piecesOf(props) }),
    allocatable: quantities(props, shapeOf(props, machine)),
  }));
}

function machinesWithinLimits(props: ProvisionedSettings): Machine[] {
  const { limits } = props;
  const left = { cpu: limits.cpu, memory: limits.memory.bytes, accelerators: limits.accelerators ?? 0 };
  const chosen: Machine[] = [];
  const take = (machine: Machine): boolean => {
    const { cpu, memory, accelerators } = machine;
    if (exceeds(cpu, left.cpu) || exceeds(memory.bytes, left.memory) || accelerators > left.accelerators) return false;
    left.cpu -= cpu;
    left.memory -= memory.bytes;
    left.accelerators -= accelerators;
    return chosen.push(machine) > 0;
  };
  const machines = machinesOf(props);
  while (chosen.length < SIMULATED_NODES_PER_POOL) {
    const taken = machines.filter((machine) => chosen.length < SIMULATED_NODES_PER_POOL && take(machine));
    if (taken.length === 0) break;
  }
  return chosen;
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

/** Amounts as quantities by resource. */
export function quantities(props: NodePoolSettings, shape: NodeShape): Record<string, string> {
  const resource = offeredResource(props);
  return {
    cpu: formatCores(shape.cpu),
    memory: `${shape.memory}`,
    pods: `${shape.pods}`,
    "ephemeral-storage": `${shape.scratch}`,
    ...(resource && shape.accelerators > 0 && { [resource]: `${shape.accelerators}` }),
    ...(shape.rdma && { [shape.rdma.resource]: `${shape.rdma.count}` }),
  };
}

function zoneLabel(zones: readonly string[], i: number): Record<string, string> {
  const zone = zones[i % zones.length];
  return zone === undefined ? {} : { "topology.kubernetes.io/zone": zone };
}
