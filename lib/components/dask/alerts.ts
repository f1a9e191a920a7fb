/** Alert rules on metrics of Dask. Source: distributed 2026.3.0, distributed/http/scheduler/prometheus/core.py. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

const BY = "sum by (namespace, beamstack_iac_dask)";

/** Every alert about Dask. */
export function daskAlerts(): AlertGroup {
  return {
    name: "dask",
    alerts: [
      {
        name: "DaskSchedulerDown",
        expression: `${BY} (up{dask_org_component="scheduler"}) == 0`,
        lasting: Duration.minutes(5),
        severity: "critical",
        summary: "the scheduler of {{ $labels.beamstack_iac_dask }} in {{ $labels.namespace }} does not answer",
        runbook: "read the events and the log of the scheduler pod; tasks and results are lost with it",
      },
      {
        name: "DaskTasksWithoutWorkers",
        expression: `${BY} (dask_scheduler_tasks{state="no-worker"}) > 0`,
        lasting: Duration.minutes(15),
        severity: "warning",
        summary: "{{ $value }} tasks of {{ $labels.beamstack_iac_dask }} in {{ $labels.namespace }} find no worker",
        runbook:
          "read the events of the worker pods: a pool that is full, a quota, or an image that cannot be pulled; or raise workers.replicas",
      },
      {
        name: "DaskWorkersPaused",
        expression: `${BY} (dask_scheduler_workers{state="paused"}) > 0`,
        lasting: Duration.minutes(10),
        severity: "warning",
        summary: "{{ $value }} workers of {{ $labels.beamstack_iac_dask }} in {{ $labels.namespace }} start no tasks: their memory is full",
        runbook: "raise workers.memory, or split the data into smaller partitions",
      },
      {
        name: "DaskTasksLost",
        expression: `${BY} (increase(dask_scheduler_tasks_suspicious_total[15m])) > 0`,
        lasting: Duration.minutes(1),
        severity: "warning",
        summary: "workers of {{ $labels.beamstack_iac_dask }} in {{ $labels.namespace }} died while they ran tasks",
        runbook: "read the last state of the worker pods: most often they used more memory than workers.memory",
      },
    ],
  };
}
