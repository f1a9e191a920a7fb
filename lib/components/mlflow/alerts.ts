/** Alert rules on the metrics of MLflow's server. Source: MLflow 3.17.2, server/prometheus_exporter.py. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Labels that tell servers apart. */
const SERVER = "namespace, beamstack_iac_mlflow";

/** Share of failed requests from which users notice. */
const FAILED = 0.05;

/** Every alert about MLflow. */
export const mlflowAlerts: AlertGroup = {
  name: "mlflow",
  alerts: [
    {
      name: "MlflowDown",
      expression: `sum by (${SERVER}) (up{beamstack_iac_mlflow!=""}) == 0`,
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: "no pod of MLflow {{ $labels.beamstack_iac_mlflow }} in {{ $labels.namespace }} answers",
      runbook: "read the status and log of its pods: a database that is not reached, or a schema that is not migrated",
    },
    {
      name: "MlflowRequestsFailing",
      expression:
        `sum by (${SERVER}) (rate(mlflow_http_request_total{status=~"5.."}[5m])) / ` +
        `sum by (${SERVER}) (rate(mlflow_http_request_total[5m])) > ${FAILED}`,
      lasting: Duration.minutes(10),
      severity: "critical",
      summary: "MLflow {{ $labels.beamstack_iac_mlflow }} in {{ $labels.namespace }} fails requests",
      runbook: "read the log of its pods: the database, the bucket, or a full disk for files in transfer",
    },
    {
      name: "MlflowSlow",
      expression: `histogram_quantile(0.95, sum by (${SERVER}, le) (rate(mlflow_http_request_duration_seconds_bucket[10m]))) > 5`,
      lasting: Duration.minutes(15),
      severity: "warning",
      summary: "requests to MLflow {{ $labels.beamstack_iac_mlflow }} in {{ $labels.namespace }} take more than 5 seconds",
      runbook: "add workers or replicas; look for slow queries in the database",
    },
  ],
};
