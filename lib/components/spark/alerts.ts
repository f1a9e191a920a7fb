/** Alert rules on the metrics of the Spark operator. Source: Spark operator v2.5.2, internal/metrics and pkg/common/metrics.go. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

const CONTROLLER = 'container="spark-operator-controller"';

/** Every alert about Spark. */
export function sparkAlerts(): AlertGroup {
  return {
    name: "spark",
    alerts: [
      {
        name: "SparkOperatorDown",
        expression: `sum by (container) (up{${CONTROLLER}}) == 0 or absent(up{${CONTROLLER}})`,
        lasting: Duration.minutes(5),
        severity: "critical",
        summary: "{{ $labels.container }} does not answer: no application is submitted",
        runbook: "read the status and log of Deployment spark-operator-controller",
      },
      {
        name: "SparkApplicationsFailing",
        expression: "sum by (namespace) (increase(spark_application_failure_count[1h])) >= 3",
        lasting: Duration.minutes(1),
        severity: "warning",
        summary: "applications of the operator in {{ $labels.namespace }} fail",
        runbook: "read the state and error of the SparkApplications, and the log of their driver pods",
      },
      {
        name: "SparkSubmissionsFailing",
        expression: "sum by (namespace) (increase(spark_application_failed_submission_count[1h])) >= 3",
        lasting: Duration.minutes(1),
        severity: "warning",
        summary: "the operator in {{ $labels.namespace }} cannot submit applications",
        runbook:
          "read .status.applicationState.errorMessage of the SparkApplications: image, permissions, or a property that Spark rejects",
      },
    ],
  };
}
