/** Dashboard of Milvus. */

import type { DashboardContent } from "#lib/kube/monitoring";

const CLUSTER = 'app_kubernetes_io_instance=~"$cluster"';

/** Requests, vectors and memory of the clusters. */
export const milvusDashboard: DashboardContent = {
  uid: "beamstack-milvus",
  title: "Milvus",
  variables: [{ name: "cluster", metric: "milvus_proxy_req_count", label: "app_kubernetes_io_instance" }],
  rows: [
    {
      title: "Requests",
      panels: [
        {
          title: "Requests by status",
          type: "series",
          unit: "ops",
          description: "Requests for each second, by what became of them.",
          queries: { "{{status}}": `sum by (status) (rate(milvus_proxy_req_count{${CLUSTER}}[5m]))` },
        },
        {
          title: "Time to search",
          type: "series",
          unit: "ms",
          description: "Time within which half of the requests, and 95 of 100, are answered.",
          queries: {
            half: `histogram_quantile(0.5, sum by (le) (rate(milvus_proxy_sq_latency_bucket{${CLUSTER}}[5m])))`,
            "95 of 100": `histogram_quantile(0.95, sum by (le) (rate(milvus_proxy_sq_latency_bucket{${CLUSTER}}[5m])))`,
          },
        },
      ],
    },
    {
      title: "Vectors",
      panels: [
        {
          title: "Stored rows",
          type: "series",
          unit: "short",
          description: "Rows in the bucket, by collection.",
          queries: { "{{collection_name}}": `sum by (collection_name) (milvus_datacoord_stored_rows_num{${CLUSTER}})` },
        },
        {
          title: "Pods that answer",
          type: "series",
          unit: "short",
          description: "Pods whose metrics Prometheus reads, by component.",
          queries: { "{{app_kubernetes_io_component}}": `sum by (app_kubernetes_io_component) (up{${CLUSTER}})` },
        },
      ],
    },
  ],
};
