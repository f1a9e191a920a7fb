/** Nodes of static pools: somebody else creates them. */

import type { OwnRequirement } from "#lib/kube/requirement";
import { offeredResource, selectorOf, shapesOf, taintsOf } from "./pool-facts";
import { type GkeComputeClassPoolSettings, isProvisioned, type NodePoolSettings, nodesAtMost } from "./schema";

/** The nodes that a pool selects, with `more` labels; none if a provisioner creates them. */
export function nodeRequirements(name: string, settings: NodePoolSettings, more: Readonly<Record<string, string>> = {}): OwnRequirement[] {
  if (settings.type === "gke-compute-class") return [gkeQuota(name, settings)];
  if (isProvisioned(settings)) return [];
  const { node, topology } = settings;
  const nodes = nodesAtMost(settings);
  const labels = Object.entries({ ...selectorOf(name, settings), ...more }).map(([key, value]) => `${key}=${value}`);
  const [shape] = shapesOf(settings);
  const resource = offeredResource(settings);
  const taints = taintsOf(settings).map(({ key, value, effect }) => `${key}${value === undefined ? "" : `=${value}`}:${effect}`);
  const purpose = [
    `${nodes} of ${node.cpu} CPUs and ${node.memory}`,
    ...(node.architecture === "amd64" ? [] : [`of architecture ${node.architecture}`]),
    ...(resource ? [`with ${shape?.accelerators} ${resource} and its device plugin`] : []),
    ...(node.rdma ? [`with ${node.rdma.count} ${node.rdma.resource} and its device plugin`] : []),
    ...(topology.length > 0 ? [`labelled ${topology.join(" ")}`] : []),
    ...(taints.length > 0 ? [`tainted ${taints.join(" ")}`] : []),
  ];
  if (settings.type !== "cluster-api") return [{ type: "nodes", name: labels.join(","), purpose: purpose.join(" ") }];
  const { infrastructure, bootstrap } = settings;
  const templates = [infrastructure, bootstrap].map(({ kind, name: template }) => `${kind} ${template}`).join(" and ");
  return [
    {
      type: "kind",
      name: KINDS[settings.kind],
      purpose: `${templates} for pool ${name}: ${purpose.join(" ")} labelled ${labels.join(" ")}`,
    },
  ];
}

/** Kinds of Cluster API, as a cluster must serve them. */
const KINDS = {
  "machine-deployment": "cluster.x-k8s.io/v1beta2 MachineDeployment",
  "machine-pool": "cluster.x-k8s.io/v1beta2 MachinePool",
} as const;

/** A compute class has no limits: those of the cluster and of the project must allow the pool. */
function gkeQuota(name: string, { limits }: GkeComputeClassPoolSettings): OwnRequirement {
  const accelerators = limits.accelerators === undefined ? "" : ` and ${limits.accelerators} GPUs`;
  return {
    type: "kind",
    name: "cloud.google.com/v1 ComputeClass",
    purpose: `GKE with limits of node auto-provisioning and quota for pool ${name}: ${limits.cpu} CPUs with ${limits.memory}${accelerators}`,
  };
}
