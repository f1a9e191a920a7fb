/** Simulated nodes: Node objects as a node pool would provide them. */

import type { KubeObject } from "#lib/kube/object";

/** A taint of a node. */
interface SimulatedTaint {
  readonly key: string;
  /** @default no value */
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** What a node offers, as Kubernetes quantities: `cpu`, `memory`, `pods`, `nvidia.com/gpu`, ... */
type Capacity = Readonly<Record<string, string>>;

/** A node that exists in the API only: the real scheduler places pods on it, and no container runs. */
export interface SimulatedNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly SimulatedTaint[];
  readonly capacity: Capacity;
  /** What pods can use of it. @default the capacity */
  readonly allocatable?: Capacity;
}

/** Label of the nodes that we may change and remove. */
export const SIMULATED_LABEL = "beamstack-iac/simulated-node";

/** The default: one node without labels and taints. */
export const DEFAULT_NODES: readonly SimulatedNode[] = [
  { name: "node-1", labels: {}, taints: [], capacity: { cpu: "16", memory: "64Gi", pods: "110", "ephemeral-storage": "200Gi" } },
];

/** The Node object. */
export function nodeObject(node: SimulatedNode): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: node.name,
      labels: {
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        ...node.labels,
        [SIMULATED_LABEL]: "true",
      },
    },
    spec: { taints: node.taints.map(({ key, value, effect }) => ({ key, value, effect })) },
  };
}

/** The part of the Node's status with its capacity and what pods can use of it. */
export function nodeStatus(node: SimulatedNode): KubeObject {
  const { name, capacity, allocatable = capacity } = node;
  return { apiVersion: "v1", kind: "Node", metadata: { name }, status: { capacity, allocatable } };
}
