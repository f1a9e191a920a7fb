/** Alert rules on the metrics of KEDA. Source: KEDA v2.20.2, pkg/metricscollector/prommetrics.go; what KEDA calls `namespace` is `exported_namespace` once it is scraped. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Every alert about KEDA. */
export const kedaAlerts: AlertGroup = {
  name: "keda",
  alerts: [
    {
      name: "KedaOperatorDown",
      expression: 'up{container="keda-operator"} == 0 or absent(up{container="keda-operator"})',
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: "{{ $labels.container }} does not answer: nothing is scaled by events",
      runbook: "read the status and log of the Deployment keda-operator",
    },
    {
      name: "KedaScalerFails",
      expression: "sum by (exported_namespace, scaledObject) (rate(keda_scaled_object_errors_total[5m])) > 0",
      lasting: Duration.minutes(10),
      severity: "warning",
      summary: "triggers of {{ $labels.exported_namespace }}/{{ $labels.scaledObject }} cannot be read, so that its pods are not scaled",
      runbook: "read the conditions and events of the ScaledObject: address of the trigger, its query, network policies",
    },
    {
      name: "KedaJobTriggerFails",
      expression: "sum by (exported_namespace, scaledJob) (rate(keda_scaled_job_errors_total[5m])) > 0",
      lasting: Duration.minutes(10),
      severity: "warning",
      summary: "triggers of {{ $labels.exported_namespace }}/{{ $labels.scaledJob }} cannot be read, so that its jobs do not start",
      runbook: "read the conditions and events of the ScaledJob: address of the trigger, its query, network policies",
    },
  ],
};
