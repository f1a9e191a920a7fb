/** Nodes of static pools: somebody else creates them. */

import type { OwnRequirement } from "#lib/kube/requirement";
import { acceleratorResource } from "./machines";
import { selectorOf, taintsOf } from "./pool-facts";
import { isProvisioned, type NodePoolSettings } from "./schema";

/** The nodes that a pool selects; none if a provisioner creates them. */
export function nodeRequirements(name: string, settings: NodePoolSettings): OwnRequirement[] {
  if (isProvisioned(settings)) return [];
  const { nodes, node, topology } = settings;
  const labels = Object.entries(selectorOf(name, settings)).map(([key, value]) => `${key}=${value}`);
  const resource = acceleratorResource(settings);
  const taints = taintsOf(settings).map(({ key, value, effect }) => `${key}${value === undefined ? "" : `=${value}`}:${effect}`);
  const purpose = [
    `${nodes} of ${node.cpu} CPUs and ${node.memory}`,
    ...(node.architecture === "amd64" ? [] : [`of architecture ${node.architecture}`]),
    ...(resource ? [`with ${node.accelerators?.count} ${resource} and its device plugin`] : []),
    ...(node.rdma ? [`with ${node.rdma.count} ${node.rdma.resource} and its device plugin`] : []),
    ...(topology.length > 0 ? [`labelled ${topology.join(" ")}`] : []),
    ...(taints.length > 0 ? [`tainted ${taints.join(" ")}`] : []),
  ];
  return [{ type: "nodes", name: labels.join(","), purpose: purpose.join(" ") }];
}
