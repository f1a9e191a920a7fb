/** Section `karpenter` of the environment file, and what pools of type `karpenter-aws` need of it. */

import { karpenterProblems } from "#lib/components/karpenter/checks";
import type { KarpenterProps } from "#lib/components/karpenter/props";
import type { NodePoolProps } from "#lib/components/node-pools/props";
import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";

/** Everything that is wrong with the section beyond its shape, and every pool that lacks it. */
export function karpenterSectionProblems(
  karpenter: KarpenterProps | undefined,
  nodePools: Readonly<Record<string, NodePoolProps>>,
): Problem[] {
  if (karpenter) return karpenterProblems(karpenter, "karpenter");
  return Object.entries(nodePools).flatMap(([name, { type }]) => (type === "karpenter-aws" ? [withoutKarpenter(name)] : []));
}

function withoutKarpenter(name: string): Problem {
  return {
    id: "environment.pool-without-karpenter",
    path: joinPath("nodePools", [name]),
    got: 'a pool of type "karpenter-aws" in an environment without karpenter',
    allowed: "such pools where the environment has a section karpenter",
    fix: 'add karpenter: { clusterName, nodes: { image, identity } }, or make the pool of type "plain"',
  };
}
