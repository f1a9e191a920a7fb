/** Rules on where a cluster's pods go: what they ask for must be there. */

import type { Problem } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import { type PodAsk, type PoolShapes, placementProblems } from "#lib/kube/placement";
import type { ResolvedSettings } from "./settings";

type Settings = ResolvedSettings<PoolShapes>;

/** Everything that is wrong with where pods go. */
export function podPlacementProblems(settings: Settings, path: string): Problem[] {
  const { jobManager, taskManager, worker } = settings;
  if (worker.gpus > 0 && !taskManager.pool) return [gpuWithoutPool(worker.gpus, path)];
  const asks = { jobManager, taskManager: taskManagerAsk(settings) };
  return (["jobManager", "taskManager"] as const).flatMap((part) =>
    placementProblems(asks[part], settings[part].pool, { id: "flink.pod-does-not-fit", path: `${path}.${part}` }),
  );
}

/** A TaskManager and the workers beside it, one a slot. */
function taskManagerAsk({ taskManager, worker }: Settings): PodAsk {
  const { slots } = taskManager;
  return {
    cpu: taskManager.cpu + worker.cpuPerSlot * slots,
    memory: Size.mebibytes(taskManager.memory.inMebibytes + worker.memoryPerSlot.inMebibytes * slots),
    accelerators: worker.gpus,
  };
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
