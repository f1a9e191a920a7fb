/** The NodePool of Karpenter's core API, which every provider of it reads, and the node class of the provider. */

import { ApiObject } from "cdk8s";
import type { Construct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import { networkStartupTaints } from "./network-settings";
import type { Consolidation, DisruptionBudget, NodeShares, NodesOnDemand } from "./provisioning";

/** A node class: how the provider makes nodes. */
export interface NodeClass {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly spec: JsonObject;
}

const POLICIES = {
  "when-empty": "WhenEmpty",
  "when-underutilized": "WhenEmptyOrUnderutilized",
} as const satisfies Record<Consolidation["policy"], string>;

/** Adds node class and node pool below `scope`. Nodes start with the taints that the network needs, until it removes them. */
export function addNodesOnDemand(scope: Construct, pool: NodesOnDemand, { group, version, kind, spec }: NodeClass): void {
  const metadata = { name: pool.name };
  const nodeClass = new ApiObject(scope, "NodeClass", { apiVersion: `${group}/${version}`, kind, metadata, spec });
  const nodePool = new ApiObject(scope, "NodePool", {
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    metadata,
    spec: nodePoolSpec(scope, pool, { group, kind }),
  });
  nodePool.addDependency(nodeClass);
  for (const shares of pool.shares ?? []) nodePool.addDependency(nodeOverlay(scope, pool.name, shares));
}

/**
 * Karpenter knows the whole GPUs of an instance type; the overlay says what its nodes offer instead. Without a zero for whole GPUs it would create
 * nodes for pods that ask for one, and never find it on them. Source: Karpenter v1.14.1, pkg/apis/v1alpha1/nodeoverlay.go.
 */
function nodeOverlay(scope: Construct, pool: string, { instanceTypes, gpus, capacity }: NodeShares): ApiObject {
  return new ApiObject(scope, `NodeOverlay${gpus}`, {
    apiVersion: "karpenter.sh/v1alpha1",
    kind: "NodeOverlay",
    metadata: { name: `${pool}-${gpus}` },
    spec: {
      requirements: [among("karpenter.sh/nodepool", [pool]), among("node.kubernetes.io/instance-type", instanceTypes)],
      capacity,
    },
  });
}

function nodePoolSpec(scope: Construct, pool: NodesOnDemand, nodeClass: Pick<NodeClass, "group" | "kind">) {
  const { name, labels, taints, limits, consolidation, disruptionBudgets, expireAfter } = pool;
  const startupTaints = networkStartupTaints(scope);
  return {
    template: {
      metadata: { labels },
      spec: {
        nodeClassRef: { ...nodeClass, name },
        requirements: requirements(pool),
        ...(taints.length > 0 && { taints }),
        ...(startupTaints.length > 0 && { startupTaints }),
        expireAfter: expireAfter === "never" ? "Never" : `${expireAfter}`,
      },
    },
    disruption: {
      consolidationPolicy: POLICIES[consolidation.policy],
      consolidateAfter: `${consolidation.after}`,
      budgets: disruptionBudgets.map(budget),
    },
    limits,
  };
}

function requirements({ architecture, instanceTypes, capacityTypes, zones }: NodesOnDemand) {
  return [
    among("kubernetes.io/os", ["linux"]),
    // Without it Karpenter assumes amd64 for some providers, and finds no Arm type.
    ...(architecture === "arm64" ? [among("kubernetes.io/arch", [architecture])] : []),
    among("node.kubernetes.io/instance-type", instanceTypes),
    among("karpenter.sh/capacity-type", capacityTypes),
    ...(zones.length > 0 ? [among("topology.kubernetes.io/zone", zones)] : []),
  ];
}

function among(key: string, values: readonly string[]) {
  return { key, operator: "In", values };
}

function budget({ nodes, schedule, duration }: DisruptionBudget) {
  return { nodes: `${nodes}`, ...(schedule && { schedule }), ...(duration && { duration: `${duration}` }) };
}
