/** Labels and names of training jobs. */

import type { KubeObject } from "#lib/kube/object";

/** Label of all pods of a training job, whose TrainJobs have names of their own. */
export const JOB_LABEL = "beamstack-iac/train-job";

/** Names by which Trainer finds its job and its container. Source: Kubeflow Trainer v2.3.0, pkg/constants/constants.go. */
export const NODE = "node";
export const LAUNCHER = "launcher";
export const ANCESTOR_LABEL = "trainer.kubeflow.org/trainjob-ancestor-step";

/** Labels of the pods of a TrainJob: those of its JobSet, which has its name. */
export function trainJobPods({ metadata }: KubeObject): Readonly<Record<string, string>>[] {
  return [{ "jobset.sigs.k8s.io/jobset-name": metadata.name }];
}
