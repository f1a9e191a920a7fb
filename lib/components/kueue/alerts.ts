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

/** Alerts on one queue: its jobs wait no longer than it allows. */
export function queueAlerts(queue: string, maxWait: Duration): AlertGroup {
  const own = `cluster_queue="${queue}"`;
  const most = `${maxWait.seconds}s`;
  const waited = `histogram_quantile(0.95, sum by (cluster_queue, le) (rate(kueue_admission_wait_time_seconds_bucket{${own}}[1h]))) > ${maxWait.seconds}`;
  const waiting = `min_over_time(sum by (cluster_queue) (kueue_pending_workloads{${own}})[${most}:1m]) > 0`;
  const moving = `sum by (cluster_queue) (increase(kueue_admitted_workloads_total{${own}}[${most}])) > 0`;
  return {
    name: `kueue-queue-${queue}`,
    alerts: [
      {
        name: "KueueJobsWaitLong",
        // The histogram knows jobs that were admitted, so that those that still wait are looked at, too.
        expression: `${waited} or ${waiting} unless on (cluster_queue) ${moving}`,
        lasting: Duration.minutes(1),
        severity: "warning",
        summary: `jobs of queue {{ $labels.cluster_queue }} wait longer than ${maxWait}`,
        runbook:
          "read the conditions of the Workloads: the quota is used, or a job asks for more than the queue can have; raise the quota, or maxWait of the queue",
      },
    ],
  };
}
