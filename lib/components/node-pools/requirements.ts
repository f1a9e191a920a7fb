/** Nodes of static pools: somebody else creates them. */

import type { OwnRequirement } from "#lib/kube/requirement";
import { acceleratorResource, selectorOf, taintsOf } from "./pool-facts";
import type { NodePoolSettings } from "./schema";

/** The nodes that a pool selects; none if a provisioner creates them. */
export function nodeRequirements(name: string, settings: NodePoolSettings): OwnRequirement[] {
  if (settings.type === "karpenter-aws") return [];
  const { nodes, node } = settings;
  const labels = Object.entries(selectorOf(name, settings)).map(([key, value]) => `${key}=${value}`);
  const resource = acceleratorResource(settings);
  const taints = taintsOf(settings).map(({ key, value, effect }) => `${key}${value === undefined ? "" : `=${value}`}:${effect}`);
  const purpose = [
    `${nodes} of ${node.cpu} CPUs and ${node.memory}`,
    ...(resource ? [`with ${node.accelerators?.count} ${resource} and its device plugin`] : []),
    ...(taints.length > 0 ? [`tainted ${taints.join(" ")}`] : []),
  ];
  return [{ type: "nodes", name: labels.join(","), purpose: purpose.join(" ") }];
}
