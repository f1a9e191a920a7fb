/** Labels and annotations of KEDA. */

import type { KubeObject } from "#lib/kube/object";

/** Label that the controller gives to a ScaledObject, for its metrics server. Source: KEDA v2.20.2, scaledobject_controller.go, ensureScaledObjectLabel. */
export const SCALED_OBJECT_LABEL = "scaledobject.keda.sh/name";

/** Label of the Jobs of a ScaledJob, and of their pods. Source: KEDA v2.20.2, pkg/scaling/executor/scale_jobs.go, generateJobs. */
const SCALED_JOB_LABEL = "scaledjob.keda.sh/name";

/** Labels of the ScaledJob that its Jobs do not get. Source: KEDA v2.20.2, scaledjob_types.go. */
export const EXCLUDED_LABELS = "scaledjob.keda.sh/job-excluded-labels";

/** Labels of the pods of a ScaledJob. */
export function jobLabels({ metadata }: KubeObject): Readonly<Record<string, string>>[] {
  return [{ [SCALED_JOB_LABEL]: metadata.name }];
}
