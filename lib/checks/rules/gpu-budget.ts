/** Pods ask for no more accelerators than their pools can ever give. */

import { acceleratorsPerPod } from "#lib/kube/placement";
import { exceeds, quantityOf } from "#lib/kube/quantity";
import type { PoolLimits } from "../context";
import { copiesOf } from "../copies";
import { mapAt } from "../json-at";
import type { PodUse } from "../pods";
import type { Finding, Rule } from "../rule";
import type { ReleaseView } from "../view";

/** What one pod spec asks for, all its copies together. */
interface Ask {
  readonly pod: PodUse;
  /** Of one pod. */
  readonly each: number;
  readonly total: number;
}

/** Such pods would stay Pending. */
export const gpuBudget: Rule = {
  id: "gpu-budget",
  mirrors: [],
  allowed: "requests that fit the pool",
  fix: "lower the requests, or raise the pool's limits",
  find: (view, { pools }) => pools.flatMap((pool) => overdrawn(pool, view)),
};

function overdrawn(pool: PoolLimits, view: ReleaseView): Finding[] {
  const { resource, accelerators } = pool.capacity;
  if (resource === undefined) return [];
  const asks = view.pods
    .filter((pod) => sentTo(pod, pool))
    .map((pod) => askOf(view, pod, resource))
    .filter(({ each }) => each > 0);
  const largest = Math.max(0, ...pool.shapes.map(acceleratorsPerPod));
  const tooLarge = asks.filter(({ each }) => exceeds(each, largest));
  const total = asks.reduce((sum, ask) => sum + ask.total, 0);
  const [first] = [...asks].sort((a, b) => b.total - a.total);
  const allowed = `at most ${accelerators} ${resource} in the pool ${pool.name}, ${largest} in one pod`;
  return [
    ...tooLarge.map(({ pod, each }) => ({ object: pod.object, at: pod.at, got: `a pod that asks for ${each} ${resource}`, allowed })),
    ...(first && exceeds(total, accelerators)
      ? [{ object: first.pod.object, at: first.pod.at, got: `${total} ${resource} asked for by ${asks.length} kinds of pod`, allowed }]
      : []),
  ];
}

/** The pool's own labels are all in the pod's selector. */
function sentTo({ spec }: PodUse, pool: PoolLimits): boolean {
  const selector = mapAt(spec, "nodeSelector");
  return Object.entries(pool.nodeSelector).every(([key, value]) => selector[key] === value);
}

function askOf(view: ReleaseView, pod: PodUse, resource: string): Ask {
  const each = pod.containers.reduce((sum, { container }) => sum + gpusOf(mapAt(container, "resources"), resource), 0);
  return { pod, each, total: each * copiesOf(view, pod) };
}

function gpusOf(resources: ReturnType<typeof mapAt>, resource: string): number {
  return quantityOf(mapAt(resources, "limits")[resource] ?? mapAt(resources, "requests")[resource]) ?? 0;
}
