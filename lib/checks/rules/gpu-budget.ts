/** Pods ask for no more accelerators than their pools can ever give. */

import { poolDemand } from "#lib/kube/accelerator-budget";
import { acceleratorsPerPod } from "#lib/kube/placement";
import { exceeds } from "#lib/kube/quantity";
import type { PoolLimits, QueueLimits } from "../context";
import { demandsOf } from "../demands";
import type { Finding, Rule } from "../rule";
import type { ReleaseView } from "../view";

/** Such pods would stay Pending. What waits in a queue counts as much as the queue admits at one time. */
export const gpuBudget: Rule = {
  id: "gpu-budget",
  mirrors: [],
  allowed: "requests that fit the pool",
  fix: "lower the requests, give them a queue, or raise the pool's limits",
  find: (view, { pools, queues = [] }) => pools.flatMap((pool) => overdrawn(pool, queues, view)),
};

function overdrawn(pool: PoolLimits, queues: readonly QueueLimits[], view: ReleaseView): Finding[] {
  const { resource, accelerators } = pool.capacity;
  const asks = demandsOf(view, pool, queues);
  const largest = Math.max(0, ...pool.shapes.map(acceleratorsPerPod));
  const tooLarge = asks.filter(({ each }) => exceeds(each, largest));
  const total = poolDemand(asks, queues, pool.name);
  const [first] = [...asks].sort((a, b) => b.accelerators - a.accelerators);
  const allowed = `at most ${accelerators} ${resource} in the pool ${pool.name}, ${largest} in one pod`;
  return [
    ...tooLarge.map(({ pod, each }) => ({ object: pod.object, at: pod.at, got: `a pod that asks for ${each} ${resource}`, allowed })),
    ...(first && exceeds(total, accelerators)
      ? [{ object: first.pod.object, at: first.pod.at, got: `${total} ${resource} asked for by ${asks.length} kinds of pod`, allowed }]
      : []),
  ];
}
