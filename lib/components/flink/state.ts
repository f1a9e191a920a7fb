/** What of a job's state outlives pods, and the keys of Flink's configuration that say so. */

import { Duration } from "#lib/core/duration";
import { type DurableStorage, directory, storageConfiguration } from "./storage";

/** Checkpoints that jobs make unless they say otherwise themselves. */
export interface CheckpointProps {
  /** Time between two. @default 1m */
  readonly interval?: Duration;
  /** A checkpoint that takes longer is given up. @default 10m */
  readonly timeout?: Duration;
  /** Completed ones that are kept. @default 3 */
  readonly retained?: number;
}

/** Where savepoints go. */
export interface SavepointProps {
  /** A place of their own, such as a bucket that is never cleaned. @default below the cluster's storage */
  readonly storage?: DurableStorage;
}

/** Values of checkpoints that hold when a prop of theirs is not given. */
export const checkpointDefaults = {
  interval: Duration.minutes(1),
  timeout: Duration.minutes(10),
  retained: 3,
} as const satisfies Required<CheckpointProps>;

/** The part of a cluster's settings that is about state. */
interface StateSettings {
  readonly storage?: DurableStorage;
  readonly savepointStorage?: DurableStorage;
  readonly checkpoints?: Required<CheckpointProps>;
}

/** Flink's keys of where checkpoints and savepoints go, and of how often jobs make the former. */
export function stateConfiguration(settings: StateSettings, cluster: string): Record<string, string> {
  const { storage, savepointStorage, checkpoints } = settings;
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
