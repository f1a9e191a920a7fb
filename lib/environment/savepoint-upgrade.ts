/** Pipelines that go on from a savepoint, and the clusters that must have a place for it: where sections `pipelines` and `flink` meet. */

import { resolveSavepointStorage } from "#lib/components/flink/props";
import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import type { FlinkSpec } from "./flink";
import type { PipelineSpec } from "./pipelines";

/** Flink stops a job with a savepoint only where it has a directory for it: otherwise the upgrade fails when it is already under way. */
export function savepointUpgradeProblems(pipelines: Readonly<Record<string, PipelineSpec>>, flink: FlinkSpec | undefined): Problem[] {
  return Object.entries(pipelines).flatMap(([name, { upgrade, runner }]) => {
    const cluster = flink?.clusters[runner];
    if (upgrade !== "savepoint" || cluster === undefined || resolveSavepointStorage(cluster)) return [];
    return [
      {
        id: "pipelines.upgrade-without-savepoint-storage",
        path: joinPath("pipelines", [name, "upgrade"]),
        got: `"savepoint" on cluster ${runner}, which has no place for savepoints`,
        allowed: '"stateless", or a cluster with storage or savepoints.storage',
        fix: `set ${joinPath("flink.clusters", [runner, "storage"])}, or remove upgrade`,
      },
    ];
  });
}
