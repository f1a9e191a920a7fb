/** Dashboard of Feast. */

import type { DashboardContent } from "#lib/kube/monitoring";

const STORE = 'feast_dev_name=~"$store"';

/** Requests to feature stores, and the age of their features. */
export const feastDashboard: DashboardContent = {
  uid: "beamstack-feast",
  title: "Feast",
  variables: [{ name: "store", metric: "feast_feature_server_request_total", label: "feast_dev_name" }],
  rows: [
    {
      title: "Requests",
      panels: [
        {
          title: "Requests by result",
          type: "series",
          unit: "ops",
          description: "Requests to the online servers for each second.",
          queries: { "{{status}}": `sum by (status) (rate(feast_feature_server_request_total{${STORE}}[5m]))` },
        },
        {
          title: "Time to answer",
          type: "series",
          unit: "s",
          description: "Time within which 95 of 100 requests are answered, and 95 of 100 reads of the online store.",
          queries: {
            requests: `histogram_quantile(0.95, sum by (le) (rate(feast_feature_server_request_latency_seconds_bucket{${STORE}}[5m])))`,
            reads: `histogram_quantile(0.95, sum by (le) (rate(feast_feature_server_online_store_read_duration_seconds_bucket{${STORE}}[5m])))`,
          },
        },
      ],
    },
    {
      title: "Features",
      panels: [
        {
          title: "Age of the newest load",
          type: "series",
          unit: "s",
          description: "Time since new features of a view were loaded into the online store.",
          queries: { "{{feature_view}}": `max by (feature_view) (feast_feature_freshness_seconds{${STORE}})` },
        },
        {
          title: "Values by state",
          type: "series",
          unit: "ops",
          description: "Values of features read for each second: present, not found, or too old.",
          queries: { "{{status}}": `sum by (status) (rate(feast_online_features_status_total{${STORE}}[5m]))` },
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
          queries: { "{{feast_dev_name}}": `sum by (feast_dev_name) (up{${STORE}})` },
        },
      ],
    },
  ],
};
