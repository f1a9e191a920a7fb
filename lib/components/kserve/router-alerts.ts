/** Alert rules on the routers of language models. Source: kube-state-metrics. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Every alert on endpoint pickers. */
export const ROUTER_ALERTS: AlertGroup = {
  name: "kserve-router",
  alerts: [
    {
      name: "KserveEndpointPickerDown",
      expression:
        'max by (namespace, deployment) (kube_deployment_status_replicas_available{deployment=~".+-kserve-router-scheduler"}) == 0',
      lasting: Duration.minutes(5),
      severity: "warning",
      summary:
        "{{ $labels.deployment }} in {{ $labels.namespace }} has no pod: the gateway spreads requests without knowledge of KV caches",
      runbook: "read the log and the events of its pod; it waits for its InferencePool",
    },
  ],
};
