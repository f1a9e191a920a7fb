/** Alert rules on JobSet's metrics. Source: JobSet v0.12.0, pkg/metrics/metrics.go. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

const SERVICE = 'service="jobset-metrics-service"';

/** Every alert about JobSets. */
export function jobSetAlerts(): AlertGroup {
  return {
    name: "jobset",
    alerts: [
      {
        name: "JobSetDown",
        expression: `sum by (service) (up{${SERVICE}}) == 0 or absent(up{${SERVICE}})`,
        lasting: Duration.minutes(5),
        severity: "critical",
        summary: "{{ $labels.service }} does not answer: no JobSet starts, and none is restarted",
        runbook:
          "read the status and log of Deployment jobset-controller; its webhook also refuses new JobSets and their pods while it is down",
      },
      {
        name: "JobSetsFailing",
        expression: "sum by (namespace) (increase(jobset_failed_total[1h])) >= 3",
        lasting: Duration.minutes(1),
        severity: "warning",
        summary: "JobSets in {{ $labels.namespace }} fail",
        runbook: "read the condition Failed of the JobSets, which names the job that failed first, and the log of its pods",
      },
    ],
  };
}
