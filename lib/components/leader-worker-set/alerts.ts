/** Alert rules on LeaderWorkerSet. Its own metrics have a Service only together with a monitor that the chart makes. Source: kube-state-metrics. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Pods of the controller that answer. */
export const AVAILABLE = 'kube_deployment_status_replicas_available{deployment="lws-controller-manager"}';

/** Every alert about LeaderWorkerSet. */
export const leaderWorkerSetAlerts: AlertGroup = {
  name: "leader-worker-set",
  alerts: [
    {
      name: "LeaderWorkerSetDown",
      expression: `sum by (namespace, deployment) (${AVAILABLE}) == 0`,
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: "no pod of {{ $labels.deployment }} in {{ $labels.namespace }} answers: groups are neither made nor replaced",
      runbook: "read the events and the log of the Deployment; its webhook also refuses new groups and their pods while it is down",
    },
  ],
};
