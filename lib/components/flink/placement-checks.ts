/** Rules on where a cluster's pods go: what they ask for must be there. */

import type { Problem } from "#lib/core/problem";
import type { NodeShape } from "#lib/kube/node-pool";
import { exceeds } from "#lib/kube/quantity";
import type { ResolvedSettings } from "./settings";

/** What the rules must know of a node pool. */
export interface PoolView {
  readonly name: string;
  readonly shapes: readonly NodeShape[];
}

type Settings = ResolvedSettings<PoolView>;

/** What one pod asks for. */
interface PodAsk {
  readonly part: "jobManager" | "taskManager";
  readonly cpu: number;
  readonly mebibytes: number;
  readonly accelerators: number;
}

/** Everything that is wrong with where pods go. */
export function placementProblems(settings: Settings, path: string): Problem[] {
  const { worker, taskManager } = settings;
  if (worker.gpus > 0 && !taskManager.pool) return [gpuWithoutPool(worker.gpus, path)];
  return asks(settings).flatMap((ask) => {
    const pool = settings[ask.part].pool;
    // A pool without shapes is wrong in itself, and its own checks say so.
    if (pool === undefined || pool.shapes.length === 0) return [];
    return pool.shapes.some((shape) => fits(ask, shape)) ? [] : [doesNotFit(ask, pool, path)];
  });
}

function asks({ jobManager, taskManager, worker }: Settings): PodAsk[] {
  const { slots } = taskManager;
  return [
    { part: "jobManager", cpu: jobManager.cpu, mebibytes: jobManager.memory.inMebibytes, accelerators: 0 },
    {
      part: "taskManager",
      cpu: taskManager.cpu + worker.cpuPerSlot * slots,
      mebibytes: taskManager.memory.inMebibytes + worker.memoryPerSlot.inMebibytes * slots,
      accelerators: worker.gpus,
    },
  ];
}

function fits(ask: PodAsk, shape: NodeShape): boolean {
  return !exceeds(ask.cpu, shape.cpu) && ask.mebibytes <= shape.memory.inMebibytes && ask.accelerators <= shape.accelerators;
}

function gpuWithoutPool(gpus: number, path: string): Problem {
  return {
    id: "flink.gpu-without-pool",
    path: `${path}.worker.gpus`,
    got: `${gpus} GPUs without a node pool`,
    allowed: "0, or taskManager.pool set to a pool with GPUs",
    fix: "set taskManager.pool",
  };
}

/** A pod larger than every node of its pool stays Pending for ever. */
function doesNotFit(ask: PodAsk, pool: PoolView, path: string): Problem {
  const shapes = pool.shapes.map(({ cpu, memory, accelerators }) => `${cpu} CPU, ${memory}, ${accelerators} GPUs`);
  return {
    id: "flink.pod-does-not-fit",
    path: `${path}.${ask.part}`,
    got: `a pod of ${ask.cpu} CPU, ${ask.mebibytes}Mi, ${ask.accelerators} GPUs on pool ${pool.name}`,
    allowed: `what a node of ${pool.name} offers: ${shapes.join(" or ")}`,
    fix: "ask for less, or name a pool with larger nodes",
  };
}
