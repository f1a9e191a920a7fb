/** Alert rules on inference graphs. KServe's router has no metrics. Source: kube-state-metrics. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Every alert on inference graphs. */
export const GRAPH_ALERTS: AlertGroup = {
  name: "kserve-graphs",
  alerts: [
    {
      name: "KserveGraphDown",
      expression: 'sum by (namespace, deployment) (kube_deployment_status_replicas_available{deployment=~".+-graph"}) == 0',
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: "no router of the inference graph {{ $labels.deployment }} in {{ $labels.namespace }} answers",
      runbook: "read the events of the Deployment and the log of its pods; the InferenceGraph stays Ready meanwhile",
    },
  ],
};
