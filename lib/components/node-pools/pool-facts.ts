/** Facts derived from a pool's props: taints, selector, node shapes, capacity. Pure functions without constructs. */

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

/** What pods can use of a machine of the pool. */
export function shapeOf(props: NodePoolSettings, { name: _, architecture, accelerator: _model, ...machine }: Machine): NodeShape {
  // The file says what nodes of a static pool offer.
  return isProvisioned(props) ? PROVIDERS[props.type].allocatable(machine, architecture) : machine;
}

/** Capacity that pods can use of every kind of node of the pool. */
function shapesOf(props: NodePoolSettings): NodeShape[] {
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

/** Largest capacity of the pool. */
export function poolCapacity(props: NodePoolSettings): PoolCapacity {
  const resource = acceleratorResource(props);
  const amounts = isProvisioned(props) ? provisionedCapacity(props) : describedCapacity(props);
  return { ...amounts, ...(resource && { resource }) };
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
