/** What finished objects ask for of the accelerators of a pool: the input of budgets, for every kind of object alike. */

import { isJsonObject, valueAt } from "#lib/core/json";
import type { AcceleratorDemand } from "#lib/kube/accelerator-budget";
import { groupKind } from "#lib/kube/object";
import { quantityOf } from "#lib/kube/quantity";
import type { PoolLimits, QueueLimits } from "./context";
import { copiesOf, jobsOf, pathOf } from "./copies";
import { mapAt } from "./json-at";
import type { PodUse } from "./pods";
import type { ReleaseView } from "./view";

/** What one pod spec asks for. */
export interface PodDemand extends AcceleratorDemand {
  readonly pod: PodUse;
  /** Accelerators of one pod. */
  readonly each: number;
}

/** Built-in kinds whose pods end by themselves. */
const ENDING = ["batch/Job", "batch/CronJob"];

/** Every pod spec that asks for accelerators of the pool; none of a pool without accelerators. */
export function demandsOf(view: ReleaseView, pool: PoolLimits, queues: readonly QueueLimits[]): PodDemand[] {
  const { resource } = pool.capacity;
  if (resource === undefined) return [];
  return view.pods
    .filter((pod) => sentTo(pod, pool))
    .map((pod) => demandOf(view, pod, { pool, resource, queues }))
    .filter(({ each, accelerators }) => each > 0 && accelerators > 0);
}

interface Asked {
  readonly pool: PoolLimits;
  readonly resource: string;
  readonly queues: readonly QueueLimits[];
}

function demandOf(view: ReleaseView, pod: PodUse, { pool, resource, queues }: Asked): PodDemand {
  const { manifest, id } = pod.object;
  const each = pod.containers.reduce((sum, { container }) => sum + acceleratorsOf(mapAt(container, "resources"), resource), 0);
  const queue = queueOf(pod, queues);
  return {
    pod,
    each,
    owner: id,
    pool: pool.name,
    ...(queue && { queue: queue.name }),
    accelerators: each * copiesOf(view, pod),
    jobs: jobsOf(view, manifest),
    ends: ENDING.includes(groupKind(manifest)) || view.ownedKind(manifest)?.ends === true,
  };
}

/** The pool's own labels are all in the pod's selector. */
function sentTo({ spec }: PodUse, pool: PoolLimits): boolean {
  const selector = mapAt(spec, "nodeSelector");
  return Object.entries(pool.nodeSelector).every(([key, value]) => selector[key] === value);
}

function acceleratorsOf(resources: ReturnType<typeof mapAt>, resource: string): number {
  return quantityOf(mapAt(resources, "limits")[resource] ?? mapAt(resources, "requests")[resource]) ?? 0;
}

/** The queue whose labels the object has, or an object or template in it around the pod. */
function queueOf({ object, at }: PodUse, queues: readonly QueueLimits[]): QueueLimits | undefined {
  const path = pathOf(at);
  const around = path.map((_step, depth) => valueAt(object.manifest, path.slice(0, depth)));
  const labels = around.filter(isJsonObject).map((one) => mapAt(mapAt(one, "metadata"), "labels"));
  return queues.find(({ admits }) =>
    labels.some((own) => admits !== undefined && Object.entries(admits).every(([key, value]) => own[key] === value)),
  );
}
