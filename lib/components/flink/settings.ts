/** A cluster's props with every default filled in, the one place where defaults meet what was given. */

import { flinkClusterDefaults as defaults, type FlinkClusterSettings, resolveSavepointStorage } from "./props";
import { checkpointDefaults } from "./state";

/** The settings of a cluster, complete. */
export function resolveSettings<Pool>(props: FlinkClusterSettings<Pool>) {
  const { checkpoints } = props;
  return {
    ...defaults,
    ...props,
    jobManager: { ...defaults.jobManager, ...props.jobManager },
    taskManager: { ...defaults.taskManager, ...props.taskManager },
    worker: { ...defaults.worker, ...props.worker },
    restart: props.restart ?? defaults.restart,
    checkpoints: checkpoints && { ...checkpointDefaults, ...checkpoints },
    savepointStorage: resolveSavepointStorage(props),
  };
}

/** What {@link resolveSettings} gives. */
export type ResolvedSettings<Pool> = ReturnType<typeof resolveSettings<Pool>>;
