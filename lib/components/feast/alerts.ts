/** Alert rules on the metrics of Feast's online server and of its operator. Source: Feast 0.66.0, sdk/python/feast/metrics.py. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Labels that tell feature stores apart. */
const STORE = "namespace, feast_dev_name";
const NAMED = "feature store {{ $labels.feast_dev_name }} in {{ $labels.namespace }}";

/** Share of failed requests from which users notice. */
const FAILED = 0.05;

/** Seconds within which 95 of 100 requests for online features are answered. */
const SLOW = 1;

/** Failed reconciliations in half an hour from which on the operator does not recover by itself. */
const FAILED_RECONCILIATIONS = 5;

/** Alerts about every feature store. */
export const feastAlerts: AlertGroup = {
  name: "feast",
  alerts: [
    {
      name: "FeastDown",
      expression: `sum by (${STORE}) (up{feast_dev_name!=""}) == 0`,
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: `no pod of ${NAMED} answers`,
      runbook: "read the status and logs of its pods: a database or Redis that is not reached, or a password that has changed",
    },
    {
      name: "FeastRequestsFailing",
      expression:
        `sum by (${STORE}) (rate(feast_feature_server_request_total{status="error"}[5m])) / ` +
        `sum by (${STORE}) (rate(feast_feature_server_request_total[5m])) > ${FAILED}`,
      lasting: Duration.minutes(10),
      severity: "critical",
      summary: `${NAMED} fails requests`,
      runbook: "read the log of the container online: features that are not in the registry, or an online store that is not reached",
    },
    {
      name: "FeastSlow",
      expression: `histogram_quantile(0.95, sum by (${STORE}, le) (rate(feast_feature_server_request_latency_seconds_bucket[10m]))) > ${SLOW}`,
      lasting: Duration.minutes(15),
      severity: "warning",
      summary: `${NAMED} answers slowly`,
      runbook: "compare with the time of the online store's reads; raise workers, replicas or cpu",
    },
  ],
};

/** The alert about features of a store that nobody has loaded for too long. */
export function overdueAlerts({ name, namespace }: { readonly name: string; readonly namespace: string }, overdue: Duration): AlertGroup {
  const own = `namespace="${namespace}", feast_dev_name="${name}"`;
  return {
    name: `feast-${namespace}-${name}`,
    alerts: [
      {
        name: "FeastFeaturesOverdue",
        expression: `max by (${STORE}, project, feature_view) (feast_feature_freshness_seconds{${own}}) > ${overdue.seconds}`,
        lasting: Duration.minutes(15),
        severity: "warning",
        summary: `{{ $labels.feature_view }} of ${NAMED} was not loaded for more than ${overdue}`,
        runbook: `read the logs of the newest Job of the CronJob ${name}-materialize, and look for new data in the offline store`,
      },
    ],
  };
}

/** Alerts about the operator. */
export const operatorAlerts: AlertGroup = {
  name: "feast-operator",
  alerts: [
    {
      name: "FeastOperatorFailing",
      expression: `sum by (namespace) (increase(controller_runtime_reconcile_errors_total{controller="featurestore"}[30m])) > ${FAILED_RECONCILIATIONS}`,
      lasting: Duration.minutes(5),
      severity: "warning",
      summary: "the Feast operator in {{ $labels.namespace }} fails to reconcile feature stores",
      runbook: "read the conditions of the FeatureStore objects, and the log of the operator",
    },
  ],
};
