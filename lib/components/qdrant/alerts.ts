/** Alert rules on the metrics of Qdrant. Source: Qdrant 1.19 documentation, "Monitoring & Telemetry". */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Series of our own targets. */
const OWN = 'job=~".+/qdrant-.+"';

/** Labels that tell one cluster from another. */
const CLUSTER = "namespace, app_kubernetes_io_instance";
const NAMED = "Qdrant {{ $labels.app_kubernetes_io_instance }} in {{ $labels.namespace }}";

/** Share of failed requests that clients notice although they repeat a request. */
const FAILED_REQUESTS = 0.05;

/** Every alert about Qdrant. */
export const qdrantAlerts: AlertGroup = {
  name: "qdrant",
  alerts: [
    {
      name: "QdrantNodeDown",
      expression: `min by (${CLUSTER}, pod) (up{${OWN}}) == 0`,
      lasting: Duration.minutes(5),
      severity: "warning",
      summary: `{{ $labels.pod }} of ${NAMED} does not answer`,
      runbook: "read the events and logs of the pod; look for a full disk and too little memory",
    },
    {
      name: "QdrantUpdatesPending",
      expression: `max by (${CLUSTER}) (cluster_pending_operations_total{${OWN}}) > 0`,
      lasting: Duration.minutes(15),
      severity: "warning",
      summary: `nodes of ${NAMED} do not agree about collections`,
      runbook: "a majority of the nodes must reach each other on port 6335; read their logs",
    },
    {
      name: "QdrantRequestsFailing",
      expression:
        `sum by (${CLUSTER}) (rate(rest_responses_total{${OWN}, status=~"5.."}[5m])) / ` +
        `sum by (${CLUSTER}) (rate(rest_responses_total{${OWN}}[5m])) > ${FAILED_REQUESTS}`,
      lasting: Duration.minutes(10),
      severity: "critical",
      summary: `${NAMED} fails requests`,
      runbook: "read the logs of its pods; look for full disks and nodes that are away",
    },
  ],
};
