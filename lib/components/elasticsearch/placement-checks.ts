/** Rules on where a cluster's nodes go: machines that are big enough, and enough of them. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import type { NodeShape, PoolCapacity } from "#lib/kube/node-pool";
import { exceeds } from "#lib/kube/quantity";
import { type ElasticsearchProps, type NodeSetProps, nodeSetDefaults } from "./props";

/** What the rules must know of a node pool. */
export interface PoolView {
  readonly name: string;
  readonly shapes: readonly NodeShape[];
  readonly capacity: Pick<PoolCapacity, "nodes">;
}

/** Everything that is wrong with where nodes go; `path` is where the cluster's props stand. */
export function placementProblems(props: ElasticsearchProps<PoolView>, path: string): Problem[] {
  return Object.entries(props.nodeSets).flatMap(([set, nodeSet]) => {
    const { pool } = nodeSet;
    // A pool without shapes is wrong in itself, and its own checks say so.
    if (!pool || pool.shapes.length === 0) return [];
    const at = joinPath(path, ["nodeSets", set]);
    return [...fitsNoMachine(nodeSet, pool, at), ...(props.highAvailability === true ? tooFewMachines(nodeSet, pool, at) : [])];
  });
}

function fitsNoMachine(nodeSet: NodeSetProps<PoolView>, pool: PoolView, path: string): Problem[] {
  const { cpu, memory } = { ...nodeSetDefaults, ...nodeSet };
  const fits = pool.shapes.some((shape) => !exceeds(cpu, shape.cpu) && !exceeds(memory.bytes, shape.memory.bytes));
  if (fits) return [];
  return [
    {
      id: "elasticsearch.fits-no-machine",
      path,
      got: `nodes of ${cpu} cores and ${memory}`,
      allowed: `what a machine of the pool ${pool.name} offers: ${pool.shapes.map((shape) => `${shape.cpu} cores and ${shape.memory}`).join(", ")}`,
      fix: "ask for less, or name a pool with larger machines",
    },
  ];
}

function tooFewMachines({ count }: NodeSetProps<PoolView>, pool: PoolView, path: string): Problem[] {
  if (count <= pool.capacity.nodes) return [];
  return [
    {
      id: "elasticsearch.too-few-machines",
      path: `${path}.count`,
      got: `${count} nodes with highAvailability, each on a machine of its own`,
      allowed: `at most ${pool.capacity.nodes}, the machines of the pool ${pool.name}`,
      fix: "lower the count, enlarge the pool, or name another pool",
    },
  ];
}
