/** Dashboard of KEDA. */

import type { DashboardContent } from "#lib/kube/monitoring";

/** Triggers, and what they make of pods and jobs. */
export const kedaDashboard: DashboardContent = {
  uid: "beamstack-keda",
  title: "KEDA",
  variables: [{ name: "namespace", metric: "keda_scaler_active", label: "exported_namespace" }],
  rows: [
    {
      title: "Triggers",
      panels: [
        {
          title: "Values",
          type: "series",
          unit: "short",
          description: "Value of each trigger; the number of replicas is the value divided by the threshold.",
          queries: { "{{scaledObject}} {{metric}}": 'keda_scaler_metrics_value{exported_namespace=~"$namespace"}' },
        },
        {
          title: "Active",
          type: "series",
          unit: "short",
          description: "1 where a trigger asks for pods or jobs.",
          queries: { "{{scaledObject}} {{scaler}}": 'keda_scaler_active{exported_namespace=~"$namespace"}' },
        },
        {
          title: "Errors",
          type: "series",
          unit: "ops",
          description: "Failed looks at triggers a second.",
          queries: {
            "{{scaledObject}}": 'sum by (scaledObject) (rate(keda_scaled_object_errors_total{exported_namespace=~"$namespace"}[5m]))',
            "{{scaledJob}}": 'sum by (scaledJob) (rate(keda_scaled_job_errors_total{exported_namespace=~"$namespace"}[5m]))',
          },
        },
      ],
    },
    {
      title: "Operator",
      panels: [
        {
          title: "Latency of triggers",
          type: "series",
          unit: "s",
          description: "Time that a trigger takes to answer.",
          queries: { "{{scaledObject}} {{scaler}}": 'keda_scaler_metrics_latency_seconds{exported_namespace=~"$namespace"}' },
        },
        {
          title: "Objects",
          type: "series",
          unit: "short",
          description: "Objects of KEDA that the operator knows.",
          queries: { "{{type}}": "sum by (type) (keda_resource_registered_total)" },
        },
      ],
    },
  ],
};
