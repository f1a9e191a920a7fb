/** The NodePool of a pool: which nodes Karpenter creates, and when it removes them. */

import type { NodePoolSpec } from "#lib/imports/karpenter/index";
import type { Taint } from "#lib/kube/node-pool";
import type { Consolidation, DisruptionBudget, ProvisionedPool } from "#lib/kube/provisioning";

type Requirements = NodePoolSpec["template"]["spec"]["requirements"];

const POLICIES = {
  "when-empty": "WhenEmpty",
  "when-underutilized": "WhenEmptyOrUnderutilized",
} as const satisfies Record<Consolidation["policy"], string>;

/** Specification of the node pool; `startupTaints` are removed by others before pods start. */
export function nodePoolSpec(pool: ProvisionedPool, startupTaints: readonly Taint[] = []): NodePoolSpec {
  const { name, labels, taints, limits, consolidation, disruptionBudgets, expireAfter } = pool;
  return {
    template: {
      metadata: { labels },
      spec: {
        nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name },
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

function requirements({ instanceTypes, capacityTypes, zones }: ProvisionedPool): Requirements {
  return [
    among("kubernetes.io/os", ["linux"]),
    among("node.kubernetes.io/instance-type", instanceTypes),
    among("karpenter.sh/capacity-type", capacityTypes),
    ...(zones.length > 0 ? [among("topology.kubernetes.io/zone", zones)] : []),
  ];
}

function among(key: string, values: readonly string[]): Requirements[number] {
  return { key, operator: "In", values };
}

function budget({ nodes, schedule, duration }: DisruptionBudget) {
  return { nodes: `${nodes}`, ...(schedule && { schedule }), ...(duration && { duration: `${duration}` }) };
}
