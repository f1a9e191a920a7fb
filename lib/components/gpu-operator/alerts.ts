/** Alert rules on GPUs. Sources of the metrics: dcgm-exporter 4.8, etc/dcp-metrics-included.csv; kube-state-metrics; GPU operator v26.7.0, operator_metrics.go. */

import { Duration } from "#lib/core/duration";
import type { Alert, AlertGroup } from "#lib/kube/monitoring";
import { NAMESPACE } from "./readiness";

/** Labels that tell one GPU from another. */
const GPU = "Hostname, gpu, UUID, modelName";

/** The GPU in words. */
const NAMED = "GPU {{ $labels.gpu }} ({{ $labels.modelName }}) of node {{ $labels.Hostname }}";

/** Resources of GPUs, whole or shared, as kube-state-metrics writes them. */
const RESOURCE = 'resource=~"nvidia_com_.+"';

/**
 * The GPU has fallen off the bus (79), its NVLink or its firmware has failed (74, 119, 120), or its memory (48, 64, 95, 140). Source: NVIDIA,
 * "XID Errors", errors whose action is a reset or a restart.
 */
const LOST = [48, 64, 74, 79, 95, 119, 120, 140];

/** Temperatures in °C at which data center GPUs are close to slowing down. Source: NVIDIA's product briefs: 87 °C and more, HBM 95 °C. */
const HOT = { gpu: 85, memory: 95 };

/** 1 once everything is as the ClusterPolicy says. */
const STATUS = `gpu_operator_reconciliation_status{namespace="${NAMESPACE}"}`;

/** Every alert about GPUs; the operator reports on a ClusterPolicy only. */
export function gpuAlerts(hasPolicy: boolean): AlertGroup {
  return { name: "gpus", alerts: [lost(), memoryFailing(), hot(), notAllocatable(), ...(hasPolicy ? [notReady()] : [])] };
}

function lost(): Alert {
  return {
    name: "GpuOperatorGpuLost",
    expression: LOST.map((code) => `max by (${GPU}) (DCGM_FI_DEV_XID_ERRORS) == ${code}`).join(" or "),
    lasting: Duration.minutes(1),
    severity: "critical",
    summary: `${NAMED} has reported XID {{ $value }}: work on it fails until it is reset`,
    runbook: "cordon the node, read the kernel log for the XID, and reset the GPU or restart the node; if it comes again, replace the GPU",
  };
}

function memoryFailing(): Alert {
  return {
    name: "GpuOperatorGpuMemoryFailing",
    expression: `max by (${GPU}) (DCGM_FI_DEV_ROW_REMAP_FAILURE) > 0`,
    lasting: Duration.minutes(1),
    severity: "critical",
    summary: `${NAMED} has no spare rows left for faulty memory`,
    runbook: "drain the node and replace the GPU: the next memory fault ends the work on it",
  };
}

function hot(): Alert {
  const [gpu, memory] = [
    `max by (${GPU}) (DCGM_FI_DEV_GPU_TEMP) > ${HOT.gpu}`,
    `max by (${GPU}) (DCGM_FI_DEV_MEMORY_TEMP) > ${HOT.memory}`,
  ];
  return {
    name: "GpuOperatorGpuHot",
    expression: `${gpu} or ${memory}`,
    lasting: Duration.minutes(10),
    severity: "warning",
    summary: `${NAMED} is at {{ $value }} °C and will slow down`,
    runbook: "look at fans and airflow of the node, and at GPUs beside it; move work to other nodes until it is cooler",
  };
}

/** Broken devices are no longer allocatable; without a device plugin, a node whose metrics show GPUs has none at all. */
function notAllocatable(): Alert {
  const [capacity, allocatable] = ["capacity", "allocatable"].map((of) => `sum by (node) (kube_node_status_${of}{${RESOURCE}})`);
  const seen = `count by (node) (label_replace(DCGM_FI_DEV_GPU_TEMP, "node", "$1", "Hostname", "(.+)"))`;
  return {
    name: "GpuOperatorGpuNotAllocatable",
    expression: `(${capacity} - ${allocatable} > 0) or (${seen} unless on (node) (${allocatable} > 0))`,
    lasting: Duration.minutes(10),
    severity: "critical",
    summary: "{{ $value }} GPUs or shares of node {{ $labels.node }} cannot be given to pods",
    runbook:
      "read the log of the device plugin on the node, and the status of the ClusterPolicy; an unhealthy GPU has an XID in the kernel log",
  };
}

function notReady(): Alert {
  return {
    name: "GpuOperatorNotReady",
    expression: `max by (namespace) (${STATUS}) < 1 or absent(${STATUS})`,
    lasting: Duration.minutes(30),
    severity: "warning",
    summary: "the GPU operator in {{ $labels.namespace }} does not finish: new nodes with GPUs stay without driver or device plugin",
    runbook:
      "read the conditions of the ClusterPolicy: they name the part that is not ready; then read the logs of its pods in the same namespace",
  };
}
