/** Pipelines that run again and again. */

import type { Problem } from "#lib/core/problem";
import { show } from "#lib/core/schema";
import type { BeamPipelineSettings } from "./schema";

/** Problems of a schedule; `outcome` is what a run waits for. */
export function scheduleProblems(
  { schedule, upgrade, savepoint }: Pick<BeamPipelineSettings, "schedule" | "upgrade" | "savepoint">,
  { path, outcome }: { readonly path: string; readonly outcome: "finished" | "running" },
): Problem[] {
  if (schedule === undefined) return [];
  const problem = { path: `${path}.schedule`, got: show(schedule.cron) };
  const state = upgrade === "savepoint" ? 'upgrade: "savepoint"' : savepoint && "savepoint";
  return [
    ...(outcome === "running"
      ? [
          {
            ...problem,
            id: "beam.schedule-without-end",
            got: `${problem.got}, for a pipeline that is only wanted running`,
            allowed: "a pipeline with an end, for which its runs wait",
            fix: 'remove it, or set outcome to "finished" if the pipeline has an end',
          },
        ]
      : []),
    ...(state === undefined
      ? []
      : [
          {
            ...problem,
            id: "beam.schedule-with-state",
            got: `${problem.got}, and ${state}`,
            allowed: "runs that begin without state, as nothing is left of one that has finished",
            fix: `remove ${state}`,
          },
        ]),
  ];
}
