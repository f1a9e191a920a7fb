/** Dashboard of JobSet. */

import type { DashboardContent } from "#lib/kube/monitoring";

/** JobSets that ended, and how quickly the controller works. */
export function jobSetDashboard(): DashboardContent {
  return {
    uid: "beamstack-jobset",
    title: "JobSets",
    variables: [],
    rows: [
      {
        title: "JobSets",
        panels: [
          {
            title: "Completed",
            type: "series",
            unit: "short",
            description: "JobSets that completed, in an hour.",
            queries: { "{{namespace}}": "sum by (namespace) (increase(jobset_completed_total[1h]))" },
          },
          {
            title: "Failed",
            type: "series",
            unit: "short",
            description: "JobSets that failed for good, in an hour.",
            queries: { "{{namespace}}": "sum by (namespace) (increase(jobset_failed_total[1h]))" },
          },
        ],
      },
      {
        title: "Controller",
        panels: [
          {
            title: "Waiting reconciles",
            type: "series",
            unit: "short",
            description: "Objects that wait for the controller.",
            queries: { "{{name}}": 'sum by (name) (workqueue_depth{service="jobset-metrics-service"})' },
          },
        ],
      },
    ],
  };
}
