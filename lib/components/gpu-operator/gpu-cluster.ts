/** GPUs by resource claims: a GPUCluster takes the place of the ClusterPolicy, and the driver gets a custom resource of its own. */

import type { GPUClusterSpec, NVIDIADriverSpec } from "#lib/imports/gpu-operator/index";
import { DAEMONSETS, dcgmExporter, driverFields, imageFields, type OperandContext, TOLERATIONS } from "./operands";
import type { GpusSettings } from "./schema";
import { softwareOf } from "./software";

/** Name of the GPUCluster: the chart's hook before an uninstall deletes the one of this name. */
export const GPU_CLUSTER = "gpu-cluster";

/** `spec` of the GPUCluster. */
export function gpuClusterSpec(settings: GpusSettings, context: OperandContext): GPUClusterSpec {
  const { driverFolder } = softwareOf(settings);
  return {
    draDriver: {
      ...imageFields(context.image("draDriver"), context.pullSecrets),
      computeDomains: { enabled: settings.allocation === "dra-with-compute-domains" },
    },
    dcgm: { enabled: false },
    dcgmExporter: dcgmExporter(context),
    daemonsets: DAEMONSETS,
    ...(driverFolder !== undefined && { hostPaths: { driverInstallDir: driverFolder } }),
  };
}

/** `spec` of the NVIDIADriver of all nodes; none where the operator does not install the driver. */
export function nvidiaDriverSpec({ software }: GpusSettings, context: OperandContext): NVIDIADriverSpec | undefined {
  if (software.owner !== "operator") return undefined;
  return { default: true, driverType: "gpu", tolerations: [...TOLERATIONS], ...driverFields(software.driver, context) };
}

/**
 * `spec` of a DeviceClass by which pods ask for whole GPUs as a resource. Source: Kubernetes 1.34, resource.k8s.io/v1, DeviceClassSpec.extendedResourceName; the selector is that of the
 * class gpu.nvidia.com of GPU operator v26.7.0, manifests/state-dra-driver/0400_deviceclass-gpu.yaml.
 */
export function deviceClassSpec() {
  const expression = "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'gpu'";
  return { selectors: [{ cel: { expression } }], extendedResourceName: "nvidia.com/gpu" };
}
