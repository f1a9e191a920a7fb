/** Alerts about GPUs: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const GPU = 'Hostname="gpu-0", gpu="3", UUID="GPU-1", modelName="NVIDIA L4"';
const XID = `DCGM_FI_DEV_XID_ERRORS{${GPU}, err_code="79"}`;
const REMAP = `DCGM_FI_DEV_ROW_REMAP_FAILURE{${GPU}}`;
const TEMPERATURE = `DCGM_FI_DEV_GPU_TEMP{${GPU}}`;
const MEMORY = `DCGM_FI_DEV_MEMORY_TEMP{${GPU}}`;
const STATUS = 'gpu_operator_reconciliation_status{namespace="gpu-operator", pod="a"}';

const node = (what: string, resource: string) => `kube_node_status_${what}{node="gpu-0", resource="${resource}", unit="integer"}`;

/** Every alert with series that raise it and series that do not. */
export const gpuAlertCases: readonly AlertCase[] = [
  { alert: "GpuOperatorGpuLost", series: { [XID]: "0x5 79x20" }, at: "10m", raised: true },
  { alert: "GpuOperatorGpuLost", series: { [XID]: "0x5 48x20" }, at: "10m", raised: true },
  // A fault of the program on the GPU, such as an access out of bounds.
  { alert: "GpuOperatorGpuLost", series: { [XID]: "0x5 31x20" }, at: "10m", raised: false },
  { alert: "GpuOperatorGpuMemoryFailing", series: { [REMAP]: "0 1x20" }, at: "10m", raised: true },
  { alert: "GpuOperatorGpuMemoryFailing", series: { [REMAP]: "0x20" }, at: "10m", raised: false },
  { alert: "GpuOperatorGpuHot", series: { [TEMPERATURE]: "88x30" }, at: "15m", raised: true },
  { alert: "GpuOperatorGpuHot", series: { [TEMPERATURE]: "70x30", [MEMORY]: "97x30" }, at: "15m", raised: true },
  { alert: "GpuOperatorGpuHot", series: { [TEMPERATURE]: "85x30", [MEMORY]: "95x30" }, at: "15m", raised: false },
  // One of eight GPUs is unhealthy.
  {
    alert: "GpuOperatorGpuNotAllocatable",
    series: { [node("capacity", "nvidia_com_gpu")]: "8x30", [node("allocatable", "nvidia_com_gpu")]: "7x30" },
    at: "15m",
    raised: true,
  },
  // GPUs are there, and no device plugin.
  { alert: "GpuOperatorGpuNotAllocatable", series: { [TEMPERATURE]: "50x30" }, at: "15m", raised: true },
  {
    alert: "GpuOperatorGpuNotAllocatable",
    series: {
      [TEMPERATURE]: "50x30",
      [node("capacity", "nvidia_com_gpu_shared")]: "32x30",
      [node("allocatable", "nvidia_com_gpu_shared")]: "32x30",
      // Shared GPUs leave no whole one.
      [node("capacity", "nvidia_com_gpu")]: "0x30",
      [node("allocatable", "nvidia_com_gpu")]: "0x30",
    },
    at: "15m",
    raised: false,
  },
  { alert: "GpuOperatorNotReady", series: { [STATUS]: "0x60" }, at: "35m", raised: true },
  { alert: "GpuOperatorNotReady", series: { [STATUS]: "1x10 _x60" }, at: "60m", raised: true },
  { alert: "GpuOperatorNotReady", series: { [STATUS]: "0x20 1x40" }, at: "35m", raised: false },
];
