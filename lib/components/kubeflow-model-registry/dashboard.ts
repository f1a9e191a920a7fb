/** Dashboard of Kubeflow Model Registry, from what Kubernetes tells of its pods. */

import type { DashboardContent } from "#lib/kube/monitoring";
import { SERVER } from "./labels";

const OWN = `container="${SERVER}", namespace=~"$namespace"`;

/** Pods of the servers. */
export const kubeflowModelRegistryDashboard: DashboardContent = {
  uid: "beamstack-kubeflow-model-registry",
  title: "Kubeflow Model Registry",
  variables: [{ name: "namespace", metric: `kube_pod_container_status_ready{container="${SERVER}"}`, label: "namespace" }],
  rows: [
    {
      title: "Pods",
      panels: [
        {
          title: "Pods that are ready",
          type: "series",
          unit: "short",
          description: "Pods that answer and reach their database.",
          queries: { "{{namespace}}": `sum by (namespace) (kube_pod_container_status_ready{${OWN}})` },
        },
        {
          title: "Restarts",
          type: "series",
          unit: "short",
          description: "Restarts of each pod in the last hour.",
          queries: { "{{pod}}": `sum by (pod) (increase(kube_pod_container_status_restarts_total{${OWN}}[1h]))` },
        },
        {
          title: "Memory",
          type: "series",
          unit: "bytes",
          description: "Memory of each pod.",
          queries: { "{{pod}}": `sum by (pod) (container_memory_working_set_bytes{${OWN}})` },
        },
      ],
    },
  ],
};
