/** Pods that fit the sum of a pool's accelerators find a node for themselves, too. */

import { poolDemand, scatteredSize } from "#lib/kube/accelerator-budget";
import { exceeds } from "#lib/kube/quantity";
import type { PoolLimits, QueueLimits } from "../context";
import { demandsOf } from "../demands";
import type { Finding, Rule } from "../rule";
import type { ReleaseView } from "../view";

/** By default the scheduler spreads pods over nodes (NodeResourcesFit, LeastAllocated), so that small ones leave no node free for a large one. */
export const gpuFragmentation: Rule = {
  id: "gpu-fragmentation",
  mirrors: [],
  severity: "warning",
  allowed: "pods that find a node wherever the others are",
  fix: "give pods of one size a pool of their own, or ignore this where the scheduler fills nodes one after the other",
  find: (view, { pools, queues = [] }) => pools.flatMap((pool) => scattered(pool, queues, view)),
};

function scattered(pool: PoolLimits, queues: readonly QueueLimits[], view: ReleaseView): Finding[] {
  const { shapes, capacity } = pool;
  const [shape] = shapes;
  // Of a pool with several kinds of nodes nobody knows which ones it will have.
  if (!shape || shapes.length > 1 || shape.accelerators === 0) return [];
  const asks = demandsOf(view, pool, queues);
  const total = poolDemand(asks, queues, pool.name);
  if (exceeds(total, capacity.accelerators)) return [];
  const nodes = Math.floor(capacity.accelerators / shape.accelerators);
  const size = scatteredSize({ nodes, perNode: shape.accelerators, total, sizes: asks.map(({ each }) => each) });
  return asks
    .filter(({ each }) => each === size)
    .slice(0, 1)
    .map(({ pod }) => ({
      object: pod.object,
      at: pod.at,
      got: `a pod of ${size} ${capacity.resource} beside up to ${total - (size ?? 0)} of others on the ${nodes} nodes of ${shape.accelerators} of pool ${pool.name}`,
    }));
}
