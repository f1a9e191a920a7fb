/** Alert rules on training. Sources: Kubeflow Trainer v2.3.0 (controller-runtime's metrics), kube-state-metrics, DCGM exporter. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

const OPERATOR = 'up{app_kubernetes_io_name="kubeflow-trainer"}';

/** Names of the pods of TrainJobs: `<job>-node-0-<index>-<random>`, with MPI also `<job>-launcher-0-0-<random>`. */
const PODS = ".+-(node|launcher)-0-[0-9]+-[a-z0-9]{5}";

/** Label of the series of a job's program: that of its pods. */
const JOB = "beamstack_iac_train_job";

/** Training that a failed node may lose. */
const MOST_AT_RISK = Duration.hours(2);

/** Every alert about training. */
export function trainerAlerts(): AlertGroup {
  return {
    name: "trainer",
    alerts: [
      {
        name: "TrainerDown",
        expression: `sum by (app_kubernetes_io_name) (${OPERATOR}) == 0 or absent(${OPERATOR})`,
        lasting: Duration.minutes(5),
        severity: "critical",
        summary: "the operator {{ $labels.app_kubernetes_io_name }} does not answer: no training job starts",
        runbook:
          "read the status and log of Deployment kubeflow-trainer-controller-manager; its webhook also refuses new TrainJobs while it is down",
      },
      {
        name: "TrainerCannotStartJobs",
        expression: 'sum by (controller) (increase(controller_runtime_reconcile_errors_total{controller="trainjob_controller"}[15m])) > 5',
        lasting: Duration.minutes(5),
        severity: "warning",
        summary: "{{ $labels.controller }} fails again and again",
        runbook: "read the events of the TrainJobs: TrainJobResourcesCreationFailed says what the API server refuses",
      },
      {
        name: "TrainerPodsPending",
        expression: `sum by (namespace, pod) (kube_pod_status_phase{phase="Pending", pod=~"${PODS}"}) > 0`,
        lasting: Duration.minutes(30),
        severity: "warning",
        summary: "training pod {{ $labels.pod }} in {{ $labels.namespace }} is admitted, and does not start",
        runbook: "read its events: nodes that do not come, an image that cannot be pulled, or a quota above what the pool has",
      },
      {
        name: "TrainerGpusIdle",
        expression: `max by (exported_namespace, exported_pod) (max_over_time(DCGM_FI_DEV_GPU_UTIL{exported_pod=~"${PODS}"}[30m])) < 5`,
        lasting: Duration.minutes(30),
        severity: "warning",
        summary: "training pod {{ $labels.exported_pod }} in {{ $labels.exported_namespace }} does not use its GPUs",
        runbook:
          "look for a process that waits for data or for another node, and at the log of the pod; delete the job to give its quota back",
      },
      {
        name: "TrainerCheckpointOld",
        expression: `time() - max by (namespace, ${JOB}) (train_checkpoint_timestamp_seconds{${JOB}!=""}) > ${MOST_AT_RISK.seconds}`,
        lasting: Duration.minutes(5),
        severity: "warning",
        summary: `training job {{ $labels.${JOB} }} in {{ $labels.namespace }} has not written a checkpoint for two hours`,
        runbook:
          "read its log: a checkpoint that fails, or steps that take longer; what was trained since then is lost with the next failed node",
      },
    ],
  };
}
