/** Rules on where a cluster's nodes go: machines that are big enough, and enough of them. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { placementProblems } from "#lib/kube/placement";
import type { ElasticsearchSettings, NodeSetSettings } from "./schema";

/** Everything that is wrong with where nodes go; `path` is where the cluster's props stand. */
export function nodePlacementProblems({ nodeSets, highAvailability }: ElasticsearchSettings, path: string): Problem[] {
  return Object.entries(nodeSets).flatMap(([set, nodeSet]) => {
    const { pool, cpu, memory } = nodeSet;
    const at = joinPath(path, ["nodeSets", set]);
    return [
      ...placementProblems({ cpu, memory }, pool, { id: "elasticsearch.fits-no-machine", path: at }),
      ...(highAvailability ? tooFewMachines(nodeSet, at) : []),
    ];
  });
}

function tooFewMachines({ count, pool }: NodeSetSettings, path: string): Problem[] {
  if (!pool || pool.shapes.length === 0 || count <= pool.capacity.nodes) return [];
  return [
    {
      id: "elasticsearch.too-few-machines",
      path: `${path}.count`,
      got: `${count} nodes with highAvailability, which requires a machine for each`,
      allowed: `at most ${pool.capacity.nodes}, the number of nodes of the pool ${pool.name}`,
      fix: "lower the count, enlarge the pool, or name another pool",
    },
  ];
}
