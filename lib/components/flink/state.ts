/** What of a job's state outlives pods, and the keys of Flink's configuration that say so. */

import type { FlinkPodSettings } from "./schema";
import { type DurableStorage, directory, storageConfiguration } from "./storage";

/** Where a cluster's savepoints go; `undefined` where nothing outlives the pods. */
export function savepointStorageOf({ savepoints, storage }: Pick<FlinkPodSettings, "savepoints" | "storage">): DurableStorage | undefined {
  return savepoints?.storage ?? storage;
}

/** Every storage of a cluster, without duplicates. */
export function storesOf(settings: FlinkPodSettings): DurableStorage[] {
  return [...new Set([settings.storage, savepointStorageOf(settings)])].filter((store) => store !== undefined);
}

/** Flink's keys of where checkpoints and savepoints go, and of how often jobs make the former. */
export function stateConfiguration(settings: FlinkPodSettings, cluster: string): Record<string, string> {
  const { storage, checkpoints } = settings;
  const savepointStorage = savepointStorageOf(settings);
  return {
    ...(storage && { ...storageConfiguration(storage), "state.checkpoints.dir": directory(storage, `${cluster}/checkpoints`) }),
    ...(savepointStorage && {
      ...storageConfiguration(savepointStorage),
      "state.savepoints.dir": directory(savepointStorage, `${cluster}/savepoints`),
    }),
    ...(checkpoints && {
      "execution.checkpointing.interval": `${checkpoints.interval.seconds} s`,
      "execution.checkpointing.timeout": `${checkpoints.timeout.seconds} s`,
      "state.checkpoints.num-retained": String(checkpoints.retained),
      // A cancelled job's last checkpoint is what a mistaken cancel is undone with.
      "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
    }),
  };
}
