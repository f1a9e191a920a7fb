/** Dashboard of GPUs. */

import type { DashboardContent, Panel } from "#lib/kube/monitoring";

const NODE = 'Hostname=~"$node"';
const GPU = "{{Hostname}} {{gpu}}";

/** One line for each GPU. */
const perGpu = (expression: string): Panel["queries"] => ({ [GPU]: `max by (Hostname, gpu) (${expression})` });

/** Use, health and owners of GPUs. */
export function gpuDashboard(): DashboardContent {
  return {
    uid: "beamstack-gpus",
    title: "GPUs",
    variables: [{ name: "node", metric: "DCGM_FI_DEV_GPU_TEMP", label: "Hostname" }],
    rows: [
      { title: "Use", panels: [utilization, memory, owners] },
      { title: "Health", panels: [temperature, power, faults, allocatable] },
    ],
  };
}

const utilization: Panel = {
  title: "Utilization",
  type: "series",
  unit: "percentunit",
  description: "Share of the time in which the GPU computes.",
  queries: perGpu(`DCGM_FI_DEV_GPU_UTIL{${NODE}} / 100`),
};

const memory: Panel = {
  title: "Memory in use",
  type: "series",
  unit: "bytes",
  description: "Memory of the GPU that is in use.",
  queries: perGpu(`DCGM_FI_DEV_FB_USED{${NODE}} * 1024 * 1024`),
};

const owners: Panel = {
  title: "Utilization by pod",
  type: "series",
  unit: "percentunit",
  description: "The pods that have the GPUs. Pods that share one show its utilization each.",
  queries: {
    "{{exported_namespace}}/{{exported_pod}}": `sum by (exported_namespace, exported_pod) (DCGM_FI_DEV_GPU_UTIL{${NODE}, exported_pod!=""}) / 100`,
  },
};

const temperature: Panel = {
  title: "Temperature",
  type: "series",
  unit: "short",
  description: "Temperature of the GPU in °C.",
  queries: perGpu(`DCGM_FI_DEV_GPU_TEMP{${NODE}}`),
};

const power: Panel = {
  title: "Power",
  type: "series",
  unit: "short",
  description: "Power draw in watts.",
  queries: perGpu(`DCGM_FI_DEV_POWER_USAGE{${NODE}}`),
};

const faults: Panel = {
  title: "Newest XID",
  type: "series",
  unit: "short",
  description: "Number of the newest fault that the driver has reported; 0 is none.",
  queries: perGpu(`DCGM_FI_DEV_XID_ERRORS{${NODE}}`),
};

const allocatable: Panel = {
  title: "Allocatable",
  type: "series",
  unit: "short",
  description: "GPUs, or shares of them, that pods can have on each node.",
  queries: { "{{node}} {{resource}}": 'sum by (node, resource) (kube_node_status_allocatable{node=~"$node", resource=~"nvidia_com_.+"})' },
};
