/** Dashboard of queues. */

import type { DashboardContent } from "#lib/kube/monitoring";

const QUEUE = 'cluster_queue=~"$queue"';

/** Waiting jobs, quota and admission of each queue. */
export function kueueDashboard(): DashboardContent {
  return {
    uid: "beamstack-queues",
    title: "Queues",
    variables: [{ name: "queue", metric: "kueue_cluster_queue_status", label: "cluster_queue" }],
    rows: [
      {
        title: "Jobs",
        panels: [
          {
            title: "Waiting jobs",
            type: "series",
            unit: "short",
            description: "Jobs without quota. Inadmissible ones are tried again when something changes in the queue or its cohort.",
            queries: { "{{cluster_queue}} {{status}}": `sum by (cluster_queue, status) (kueue_pending_workloads{${QUEUE}})` },
          },
          {
            title: "Running jobs",
            type: "series",
            unit: "short",
            description: "Admitted jobs that have not finished.",
            queries: { "{{cluster_queue}}": `sum by (cluster_queue) (kueue_admitted_active_workloads{${QUEUE}})` },
          },
          {
            title: "Time until admission",
            type: "series",
            unit: "s",
            description: "From the creation of a job to its admission, the slowest of 20.",
            queries: {
              "{{cluster_queue}}": `histogram_quantile(0.95, sum by (cluster_queue, le) (rate(kueue_admission_wait_time_seconds_bucket{${QUEUE}}[15m])))`,
            },
          },
        ],
      },
      {
        title: "Quota",
        panels: [
          {
            title: "Used quota",
            type: "series",
            unit: "percentunit",
            description: "Use of the quota on each pool. More than 100 % is borrowed from the cohort.",
            queries: {
              "{{cluster_queue}} {{flavor}} {{resource}}": `sum by (cluster_queue, flavor, resource) (kueue_cluster_queue_resource_usage{${QUEUE}}) / (sum by (cluster_queue, flavor, resource) (kueue_cluster_queue_nominal_quota{${QUEUE}}) > 0)`,
            },
          },
          {
            title: "Evicted jobs",
            type: "series",
            unit: "short",
            description: "Jobs that lost their quota, by reason, in an hour.",
            queries: {
              "{{cluster_queue}} {{reason}}": `sum by (cluster_queue, reason) (increase(kueue_evicted_workloads_total{${QUEUE}}[1h]))`,
            },
          },
        ],
      },
    ],
  };
}
