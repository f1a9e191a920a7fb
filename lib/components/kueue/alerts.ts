/** Alert rules on Kueue's metrics. Source: Kueue v0.19.2, pkg/metrics/metrics.go. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

const SERVICE = 'service="kueue-controller-manager-metrics-service"';

/** Every alert about queues. */
export function kueueAlerts(): AlertGroup {
  return {
    name: "kueue",
    alerts: [
      {
        name: "KueueDown",
        expression: `sum by (service) (up{${SERVICE}}) == 0 or absent(up{${SERVICE}})`,
        lasting: Duration.minutes(5),
        severity: "critical",
        summary: "{{ $labels.service }} does not answer: no job is admitted",
        runbook: "read the status and log of Deployment kueue-controller-manager; its webhook also refuses new jobs while it is down",
      },
      {
        name: "KueueQueueInactive",
        expression: 'max by (cluster_queue) (kueue_cluster_queue_status{status="active"}) == 0',
        lasting: Duration.minutes(10),
        severity: "critical",
        summary: "queue {{ $labels.cluster_queue }} admits no jobs",
        runbook: "read the condition Active of the ClusterQueue: a flavor is missing, or the queue is stopped",
      },
      {
        name: "KueueJobsWaitLong",
        expression:
          "sum by (cluster_queue) (kueue_pending_workloads) > 0 unless on (cluster_queue) sum by (cluster_queue) (increase(kueue_admitted_workloads_total[2h])) > 0",
        lasting: Duration.hours(2),
        severity: "warning",
        summary: "jobs of queue {{ $labels.cluster_queue }} wait, and none was admitted for two hours",
        runbook: "read the conditions of the Workloads: the quota is used, or a job asks for more than the queue can have",
      },
      {
        name: "KueueJobsEvicted",
        expression: 'sum by (cluster_queue) (increase(kueue_evicted_workloads_total{reason="PodsReadyTimeout"}[1h])) > 3',
        lasting: Duration.minutes(1),
        severity: "warning",
        summary: "jobs of queue {{ $labels.cluster_queue }} lose their quota, as their pods do not become ready",
        runbook:
          "look for Pending pods of the jobs: nodes that do not come, images that cannot be pulled, quotas above what the pools have",
      },
    ],
  };
}
