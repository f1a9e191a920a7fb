/** Each object in a queue asks for no more accelerators than the queue can ever admit beside those that never end. */

import { queueOverdrafts } from "#lib/kube/accelerator-budget";
import type { PoolLimits, QueueLimits } from "../context";
import { demandsOf } from "../demands";
import type { Finding, Rule } from "../rule";
import type { ReleaseView } from "../view";

/** Such objects would wait forever, or the jobs of a search would never run at the same time. */
export const queueBudget: Rule = {
  id: "queue-budget",
  mirrors: [],
  allowed: "accelerators that the queue can admit",
  fix: "ask for less at the same time, raise the quota of the queue, or move what never ends to another one",
  find: (view, { pools, queues = [] }) => pools.flatMap((pool) => overdrawn(pool, queues, view)),
};

function overdrawn(pool: PoolLimits, queues: readonly QueueLimits[], view: ReleaseView): Finding[] {
  const asks = demandsOf(view, pool, queues);
  return queues.flatMap((queue) =>
    queueOverdrafts(asks, queues, { queue, pool: pool.name }).flatMap(({ owner, asked, available }) =>
      asks
        .filter((ask) => ask.owner === owner)
        .slice(0, 1)
        .map(({ pod }) => ({
          object: pod.object,
          at: pod.at,
          got: `${asked} ${pool.capacity.resource} of the pool ${pool.name} in queue ${queue.name}`,
          allowed: `at most ${available}, beside what is there and never ends`,
        })),
    ),
  );
}
