/** Dashboard of MLflow. */

import type { DashboardContent } from "#lib/kube/monitoring";

const SERVER = 'beamstack_iac_mlflow=~"$server"';

/** Requests to the servers. */
export const mlflowDashboard: DashboardContent = {
  uid: "beamstack-mlflow",
  title: "MLflow",
  variables: [{ name: "server", metric: "mlflow_http_request_total", label: "beamstack_iac_mlflow" }],
  rows: [
    {
      title: "Requests",
      panels: [
        {
          title: "Requests by status",
          type: "series",
          unit: "ops",
          description: "Requests for each second, by HTTP status.",
          queries: { "{{status}}": `sum by (status) (rate(mlflow_http_request_total{${SERVER}}[5m]))` },
        },
        {
          title: "Time to answer",
          type: "series",
          unit: "s",
          description: "Time within which half of the requests, and 95 of 100, are answered.",
          queries: {
            half: `histogram_quantile(0.5, sum by (le) (rate(mlflow_http_request_duration_seconds_bucket{${SERVER}}[5m])))`,
            "95 of 100": `histogram_quantile(0.95, sum by (le) (rate(mlflow_http_request_duration_seconds_bucket{${SERVER}}[5m])))`,
          },
        },
      ],
    },
    {
      title: "Pods",
      panels: [
        {
          title: "Pods that answer",
          type: "series",
          unit: "short",
          description: "Pods whose metrics Prometheus reads.",
          queries: { "{{beamstack_iac_mlflow}}": `sum by (beamstack_iac_mlflow) (up{${SERVER}})` },
        },
      ],
    },
  ],
};
