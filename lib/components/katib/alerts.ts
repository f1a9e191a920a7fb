/** Alert rules on Katib's metrics. Source: Katib v0.19.0, prometheus_metrics.go of experiments and trials. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

const CONTROLLER = 'up{app_kubernetes_io_name="katib-controller"}';

/** Every alert about Katib. */
export function katibAlerts(): AlertGroup {
  return {
    name: "katib",
    alerts: [
      {
        name: "KatibDown",
        expression: `sum by (app_kubernetes_io_name) (${CONTROLLER}) == 0 or absent(${CONTROLLER})`,
        lasting: Duration.minutes(5),
        severity: "critical",
        summary: "{{ $labels.app_kubernetes_io_name }} does not answer: no trial starts",
        runbook:
          "read the status and log of Deployment katib-controller; its webhook also refuses experiments and the pods of trials while it is down",
      },
      {
        name: "KatibTrialsFailing",
        expression: "sum by (namespace) (increase(katib_trial_failed_total[1h])) >= 3",
        lasting: Duration.minutes(1),
        severity: "warning",
        summary: "trials in {{ $labels.namespace }} fail",
        runbook: "read the log of the Jobs of failed trials; an experiment ends after maxFailedTrials",
      },
      {
        name: "KatibTrialsWithoutMetrics",
        expression: "sum by (namespace) (increase(katib_trial_metrics_unavailable_total[1h])) > 0",
        lasting: Duration.minutes(1),
        severity: "warning",
        summary: "trials in {{ $labels.namespace }} end without the metric of their objective",
        runbook:
          "compare objective.metric and metrics of the experiment with what the program prints, and read the log of the sidecar and of katib-db-manager",
      },
    ],
  };
}
