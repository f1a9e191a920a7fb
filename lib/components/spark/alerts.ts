/** Alert rules on the metrics of the Spark operator and of Kubernetes. Sources: Spark operator v2.5.2, internal/metrics and pkg/common/metrics.go; kube-state-metrics 2.20. */

import { Duration } from "#lib/core/duration";
import type { Alert, AlertGroup } from "#lib/kube/monitoring";

const CONTROLLER = 'container="spark-operator-controller"';

const HISTORY_SERVER_DOWN: Alert = {
  // A history server has no metrics of its own; those of Kubernetes tell whether a pod is ready.
  name: "SparkHistoryServerDown",
  expression: 'kube_deployment_status_replicas_available{deployment=~".+-spark-history"} == 0',
  lasting: Duration.minutes(10),
  severity: "warning",
  summary: "history server {{ $labels.deployment }} in {{ $labels.namespace }} does not answer",
  runbook: "read the log of its pod: a bucket that is not reached, credentials, or a heap that is too small for the largest event log",
};

/** Alerts of Kubeflow's operator, and of what runs beside it. */
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
      HISTORY_SERVER_DOWN,
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

const APACHE = 'container="spark-kubernetes-operator"';

/** Alerts of Apache's operator, and of what runs beside it. */
export function apacheAlerts(): AlertGroup {
  return {
    name: "spark",
    alerts: [
      {
        name: "SparkOperatorDown",
        expression: `sum by (container) (up{${APACHE}}) == 0 or absent(up{${APACHE}})`,
        lasting: Duration.minutes(5),
        severity: "critical",
        summary: "{{ $labels.container }} does not answer: no application is started",
        runbook: "read the status and log of Deployment spark-kubernetes-operator",
      },
      HISTORY_SERVER_DOWN,
    ],
  };
}
