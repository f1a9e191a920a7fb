/** What a pipeline asks of a session cluster that it cannot do. */

import type { Problem } from "#lib/core/problem";
import type { PipelineAsk } from "#lib/kube/beam-runner";
import type { FlinkClusterSettings } from "./schema";
import { savepointStorageOf } from "./state";

/** A cluster and where it is declared. */
export interface CheckedCluster {
  readonly name: string;
  readonly settings: FlinkClusterSettings;
  /** Path in the environment file. */
  readonly source: string;
}

/** Everything that the cluster cannot do; `path` is where the pipeline's props stand. */
export function pipelineProblems(cluster: CheckedCluster, ask: PipelineAsk, path: string): Problem[] {
  return [...savepointUpgrade(cluster, ask, path), ...moreThanSlots(cluster, ask, path)];
}

/** Flink stops a job with a savepoint only where it has a directory for it: otherwise the upgrade fails when it is already under way. */
function savepointUpgrade({ name, settings, source }: CheckedCluster, { upgrade }: PipelineAsk, path: string): Problem[] {
  if (upgrade !== "savepoint" || savepointStorageOf(settings)) return [];
  return [
    {
      id: "pipelines.upgrade-without-savepoint-storage",
      path: `${path}.upgrade`,
      got: `"savepoint" on cluster ${name}, which has no storage for savepoints`,
      allowed: '"stateless", or a cluster with storage or savepoints.storage',
      fix: `set ${source}.storage, or remove upgrade`,
    },
  ];
}

/** A stream's tasks all run at the same time, so Flink waits for slots that never come; a batch job's steps may take turns. */
function moreThanSlots({ name, settings, source }: CheckedCluster, { parallelism, streaming }: PipelineAsk, path: string): Problem[] {
  const { taskManager, flinkConfiguration = {} } = settings;
  const slots = taskManager.maxReplicas * taskManager.slots;
  if (parallelism <= slots) return [];
  // This scheduler starts with the slots there are.
  const isAdaptive = flinkConfiguration["jobmanager.scheduler"]?.toLowerCase() === "adaptive";
  return [
    {
      id: "pipelines.parallelism-beyond-slots",
      path: `${path}.parallelism`,
      got: `${parallelism}, on cluster ${name} with at most ${slots} slots`,
      allowed: `at most ${slots}`,
      fix: `lower it, or raise taskManager.maxReplicas or taskManager.slots of ${source}`,
      ...(!(streaming === true && !isAdaptive) && { severity: "warning" as const }),
    },
  ];
}
