/** NVIDIA's GPU operator: driver, container toolkit, device plugin and metrics of nodes with GPUs. */

export { GpuOperator } from "./gpu-operator";
export { gpuOperatorPin } from "./pin";
export { type GpusProps, type GpusSettings, gpusSchema } from "./schema";
export { gpus } from "./section";
