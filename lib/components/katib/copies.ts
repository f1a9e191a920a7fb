/** How many trials of an experiment run at the same time. */

import { valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { EXPERIMENT_LABEL, SUGGESTION_LABEL } from "./labels";

/** Trials that run at the same time; each makes the pod of its template once. */
export function trialsOf({ spec }: KubeObject): number | undefined {
  const parallel = valueAt(spec, ["parallelTrialCount"]);
  return typeof parallel === "number" ? parallel : undefined;
}

/** Labels of the pods of trials, and of the suggestion service. */
export function experimentPods({ metadata }: KubeObject): Readonly<Record<string, string>>[] {
  return [{ [EXPERIMENT_LABEL]: metadata.labels?.[EXPERIMENT_LABEL] ?? metadata.name }, { [SUGGESTION_LABEL]: metadata.name }];
}
