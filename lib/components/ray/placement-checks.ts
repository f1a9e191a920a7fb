/** Rules on the placement of pods: each fits a node, and all of them fit their pools. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import type { INodePool } from "#lib/kube/node-pool";
import { type PodAsk, placementProblems } from "#lib/kube/placement";
import { exceeds } from "#lib/kube/quantity";
import { maxReplicasOf } from "./cluster-spec";
import { AUTOSCALER } from "./pods";
import type { NodesSettings } from "./schema";

/** Pods that are alike. */
export interface RayPods extends PodAsk {
  /** Path below the cluster. */
  readonly path: readonly string[];
  readonly pool: INodePool | undefined;
  /** The most that autoscaling makes. */
  readonly count: number;
  readonly accelerators: number;
}

/** Pods of a cluster: the head, with the autoscaler's container, and each worker group. */
export function podsOf({ head, workers, autoscaling }: NodesSettings): RayPods[] {
  const beside = autoscaling ? AUTOSCALER : { cpu: 0, memory: Size.mebibytes(0) };
  return [
    {
      path: ["head"],
      pool: head.pool,
      count: 1,
      cpu: head.cpu + beside.cpu,
      memory: Size.mebibytes(head.memory.inMebibytes + beside.memory.inMebibytes),
      accelerators: 0,
      scratch: head.scratch,
    },
    ...Object.entries(workers).map(([name, { pool, cpu, memory, accelerators, scratch, hosts, ...group }]) => ({
      path: ["workers", name],
      pool,
      count: maxReplicasOf(group) * hosts,
      cpu,
      memory,
      accelerators,
      scratch,
    })),
  ];
}

/** Problems of pods that fit no node. */
export function podPlacementProblems(settings: NodesSettings, path: string): Problem[] {
  return podsOf(settings).flatMap((pods) => {
    const at = joinPath(path, pods.path);
    if (pods.accelerators > 0 && !pods.pool) return [gpuWithoutPool(pods.accelerators, at)];
    return placementProblems(pods, pods.pool, { id: "ray.pod-does-not-fit", path: at });
  });
}

function gpuWithoutPool(accelerators: number, path: string): Problem {
  return {
    id: "ray.gpu-without-pool",
    path: `${path}.accelerators`,
    got: `${accelerators} accelerators without a node pool`,
    allowed: "0, or pool set to a pool with accelerators",
    fix: "set pool",
  };
}

/** Problems of clusters whose pods, all together, exceed a pool: `times` clusters run at the same time. */
export function capacityProblems(settings: NodesSettings, times: 1 | 2, path: string): Problem[] {
  const all = podsOf(settings);
  const pools = new Map(all.flatMap(({ pool }) => (pool ? [[pool.name, pool] as const] : [])));
  return [...pools.values()].flatMap((pool) => {
    const own = all.filter((pods) => pods.pool?.name === pool.name);
    const sum = (amount: (pods: RayPods) => number) => times * own.reduce((total, pods) => total + amount(pods) * pods.count, 0);
    const { cpu, memory, accelerators } = pool.capacity;
    const asked = {
      cpu: sum((pods) => pods.cpu),
      bytes: sum(({ memory: each }) => each.bytes),
      accelerators: sum((pods) => pods.accelerators),
    };
    const over = [
      ...(exceeds(asked.cpu, cpu) ? [`${asked.cpu} CPU of ${cpu}`] : []),
      ...(exceeds(asked.bytes, memory.bytes) ? [`${Math.ceil(asked.bytes / 1024 ** 3)}Gi memory of ${memory}`] : []),
      ...(asked.accelerators > accelerators ? [`${asked.accelerators} accelerators of ${accelerators}`] : []),
    ];
    return over.length > 0 && pool.shapes.length > 0 ? [exceedsPool(pool.name, over, { times, path })] : [];
  });
}

function exceedsPool(pool: string, over: readonly string[], { times, path }: { readonly times: 1 | 2; readonly path: string }): Problem {
  const twice = times === 2;
  return {
    id: "ray.exceeds-pool",
    path,
    got: `on pool ${pool}${twice ? ", with a second cluster during an upgrade" : ""}: ${over.join(", ")}`,
    allowed: "at most what the pool can have, with autoscaling at its ceiling",
    fix: `lower ${twice ? 'the replicas, set upgrade: "none",' : "replicas or maxReplicas,"} or enlarge the pool: pods would stay Pending`,
  };
}
