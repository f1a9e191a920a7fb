/** Alert rules on the metrics of Flink's Prometheus reporter. */

import { Duration } from "#lib/core/duration";
import type { Alert, AlertGroup } from "#lib/kube/monitoring";
import type { FlinkAlertSettings } from "./schema";

/** Every alert about session clusters and the jobs on them. */
export function flinkAlerts(thresholds: FlinkAlertSettings): AlertGroup {
  return { name: "flink", alerts: [...clusterAlerts(thresholds), ...jobAlerts(thresholds)] };
}

function clusterAlerts({ heap }: FlinkAlertSettings): Alert[] {
  return [
    {
      name: "FlinkJobManagerDown",
      // A pending pod is not a target and has no series; the Deployment shows that it should exist.
      expression:
        'sum by (namespace, app) (up{component="jobmanager"}) == 0 or ' +
        'group by (namespace, app) (last_over_time(up{component="jobmanager"}[1d])) ' +
        'and on (namespace, app) label_replace(kube_deployment_spec_replicas > 0, "app", "$1", "deployment", "(.+)") ' +
        'unless on (namespace, app) group by (namespace, app) (up{component="jobmanager"})',
      lasting: Duration.minutes(2),
      severity: "critical",
      summary: "Flink cluster {{ $labels.app }} in {{ $labels.namespace }} has no JobManager that answers",
      runbook: "read the status and events of the FlinkDeployment; with high availability a new JobManager takes the jobs over",
    },
    {
      name: "FlinkNoTaskManagers",
      expression:
        "max by (namespace, app) (flink_jobmanager_numRegisteredTaskManagers) == 0 and max by (namespace, app) (flink_jobmanager_numRunningJobs) > 0",
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: "Flink cluster {{ $labels.app }} in {{ $labels.namespace }} has jobs and no TaskManager to run them",
      runbook: "look for Pending TaskManager pods: missing nodes, quota, or a node pool that is full",
    },
    {
      name: "FlinkHeapNearlyFull",
      expression: `flink_taskmanager_Status_JVM_Memory_Heap_Used / flink_taskmanager_Status_JVM_Memory_Heap_Max > ${heap}`,
      lasting: Duration.minutes(10),
      severity: "warning",
      summary: "TaskManager {{ $labels.pod }} of {{ $labels.app }} has hardly any heap left",
      runbook: "raise taskManager.memory, or run fewer slots in a TaskManager",
    },
  ];
}

function jobAlerts({ restarts, failedCheckpoints, backPressure }: FlinkAlertSettings): Alert[] {
  return [
    {
      name: "FlinkJobRestarting",
      expression: `increase(flink_jobmanager_job_numRestarts[15m]) >= ${restarts}`,
      lasting: Duration.minutes(1),
      severity: "critical",
      summary: "job {{ $labels.job_name }} on {{ $labels.app }} restarts again and again",
      runbook: "read the job's exceptions in the REST API (/jobs/<id>/exceptions) or the log of its worker pool",
    },
    {
      name: "FlinkCheckpointsFailing",
      expression: `increase(flink_jobmanager_job_numberOfFailedCheckpoints[15m]) >= ${failedCheckpoints}`,
      lasting: Duration.minutes(1),
      severity: "warning",
      summary: "checkpoints of job {{ $labels.job_name }} on {{ $labels.app }} fail",
      runbook: "look for access to the checkpoint storage, back pressure, and state that grew beyond the checkpoint's timeout",
    },
    {
      name: "FlinkBackPressure",
      // The metric is in milliseconds per second.
      expression: `avg by (namespace, app, job_name, task_name) (flink_taskmanager_job_task_backPressuredTimeMsPerSecond) > ${backPressure * 1000}`,
      lasting: Duration.minutes(15),
      severity: "warning",
      summary: "task {{ $labels.task_name }} of job {{ $labels.job_name }} on {{ $labels.app }} waits for slower tasks behind it",
      runbook: "raise the parallelism of the task behind it, or taskManager.maxReplicas",
    },
  ];
}
