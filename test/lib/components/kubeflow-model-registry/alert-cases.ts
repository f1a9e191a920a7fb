/** For each alert of Kubeflow Model Registry: series that raise it and series that do not. */

import type { AlertCase } from "../../../contract/entry";

const pod = (suffix: string) => `container="model-registry",namespace="models",pod="main-5f6d8c9b7-${suffix}"`;

/** What promtool tries. */
export const kubeflowModelRegistryAlertCases: readonly AlertCase[] = [
  {
    alert: "KubeflowModelRegistryDown",
    series: { [`kube_pod_container_status_ready{${pod("a")}}`]: "0x20", [`kube_pod_container_status_ready{${pod("b")}}`]: "0x20" },
    at: "10m",
    raised: true,
  },
  {
    alert: "KubeflowModelRegistryDown",
    series: { [`kube_pod_container_status_ready{${pod("a")}}`]: "0x20", [`kube_pod_container_status_ready{${pod("b")}}`]: "1x20" },
    at: "10m",
    raised: false,
  },
  {
    alert: "KubeflowModelRegistryRestarting",
    series: { [`kube_pod_container_status_restarts_total{${pod("a")}}`]: "0+1x60" },
    at: "40m",
    raised: true,
  },
  {
    alert: "KubeflowModelRegistryRestarting",
    series: { [`kube_pod_container_status_restarts_total{${pod("a")}}`]: "2x60" },
    at: "40m",
    raised: false,
  },
];
