/** Alert rules on the metrics of ECK, which is a program of controller-runtime. Source: ECK v3.5.0, cmd/manager, and controller-runtime, pkg/internal/controller/metrics. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

const OWN = 'job=~".+/elastic-operator"';

/** Every alert about the operator; Elasticsearch has no metrics of its own for Prometheus. */
export const elasticsearchAlerts: AlertGroup = {
  name: "elasticsearch",
  alerts: [
    {
      name: "ElasticsearchOperatorFails",
      expression: `sum by (controller) (increase(controller_runtime_reconcile_total{${OWN}, result="error"}[30m])) > 0.5 * sum by (controller) (increase(controller_runtime_reconcile_total{${OWN}}[30m]))`,
      lasting: Duration.minutes(30),
      severity: "critical",
      summary: "changes of Elasticsearch do not arrive: the controller {{ $labels.controller }} fails in most of its work",
      runbook: "read the events of the Elasticsearch objects, then the log of StatefulSet elastic-operator",
    },
  ],
};
