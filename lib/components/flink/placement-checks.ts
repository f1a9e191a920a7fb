/** Rules on the placement of a cluster's pods: their requests must fit the node pool. */

import type { Problem } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import { type PodAsk, placementProblems } from "#lib/kube/placement";
import type { FlinkPodSettings } from "./schema";

/** Problems of the placement of pods. */
export function podPlacementProblems(settings: FlinkPodSettings, path: string): Problem[] {
  const { jobManager, taskManager, worker } = settings;
  if (worker && worker.gpus > 0 && !taskManager.pool) return [gpuWithoutPool(worker.gpus, path)];
  const { cpu, memory } = jobManager;
  const asks = { jobManager: { cpu, memory }, taskManager: taskManagerAsk(settings) };
  return (["jobManager", "taskManager"] as const).flatMap((part) =>
    placementProblems(asks[part], settings[part].pool, { id: "flink.pod-does-not-fit", path: `${path}.${part}` }),
  );
}

/** A TaskManager pod with its worker pool, one worker per slot. */
function taskManagerAsk({ taskManager, worker }: FlinkPodSettings): PodAsk {
  const { slots } = taskManager;
  const scratch = (taskManager.scratch?.bytes ?? 0) + (worker?.scratch?.bytes ?? 0);
  return {
    cpu: taskManager.cpu + (worker?.cpuPerSlot ?? 0) * slots,
    memory: Size.mebibytes(taskManager.memory.inMebibytes + (worker?.memoryPerSlot.inMebibytes ?? 0) * slots),
    accelerators: worker?.gpus ?? 0,
    ...(scratch > 0 && { scratch: Size.ofBytes(scratch) }),
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
