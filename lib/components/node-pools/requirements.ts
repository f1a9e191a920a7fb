/** Nodes of static pools: somebody else creates them. */

import type { OwnRequirement } from "#lib/kube/requirement";
import { offeredResource, selectorOf, shapesOf, taintsOf } from "./pool-facts";
import type { NodePoolSettings } from "./schema";

/** The nodes that a pool selects, with `more` labels; none if a provisioner creates them. */
export function nodeRequirements(name: string, settings: NodePoolSettings, more: Readonly<Record<string, string>> = {}): OwnRequirement[] {
  if (settings.type === "karpenter-aws") return [];
  const { nodes, node } = settings;
  const labels = Object.entries({ ...selectorOf(name, settings), ...more }).map(([key, value]) => `${key}=${value}`);
  const [shape] = shapesOf(settings);
  const resource = offeredResource(settings);
  const taints = taintsOf(settings).map(({ key, value, effect }) => `${key}${value === undefined ? "" : `=${value}`}:${effect}`);
  const purpose = [
    `${nodes} of ${node.cpu} CPUs and ${node.memory}`,
    ...(resource ? [`with ${shape?.accelerators} ${resource} and its device plugin`] : []),
    ...(taints.length > 0 ? [`tainted ${taints.join(" ")}`] : []),
  ];
  return [{ type: "nodes", name: labels.join(","), purpose: purpose.join(" ") }];
}
