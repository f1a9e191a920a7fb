/** Dashboard of Katib. */

import type { DashboardContent } from "#lib/kube/monitoring";

/** Experiments and trials. */
export function katibDashboard(): DashboardContent {
  return {
    uid: "beamstack-katib",
    title: "Katib",
    variables: [{ name: "namespace", metric: "katib_trials_current", label: "namespace" }],
    rows: [
      {
        title: "Experiments and trials",
        panels: [
          {
            title: "Experiments",
            type: "series",
            unit: "short",
            description: "Experiments by status.",
            queries: { "{{namespace}} {{status}}": 'sum by (namespace, status) (katib_experiments_current{namespace=~"$namespace"})' },
          },
          {
            title: "Trials",
            type: "series",
            unit: "short",
            description: "Trials by status.",
            queries: { "{{namespace}} {{status}}": 'sum by (namespace, status) (katib_trials_current{namespace=~"$namespace"})' },
          },
          {
            title: "Ended trials",
            type: "series",
            unit: "short",
            description: "Trials that ended, by result, in an hour.",
            queries: {
              succeeded: 'sum(increase(katib_trial_succeeded_total{namespace=~"$namespace"}[1h]))',
              failed: 'sum(increase(katib_trial_failed_total{namespace=~"$namespace"}[1h]))',
              "without metrics": 'sum(increase(katib_trial_metrics_unavailable_total{namespace=~"$namespace"}[1h]))',
            },
          },
        ],
      },
    ],
  };
}
