/** Settings of a pool that Karpenter on Azure handles badly. */

import type { Problem } from "#lib/core/problem";
import type { NodesOnDemand } from "#lib/kube/provisioning";
import type { KarpenterAzureSettings } from "./schema";

/** Problems of a pool; `path` is its path in the file. */
export function azurePoolProblems(
  { limits, gpuDriver }: Pick<NodesOnDemand, "limits" | "gpuDriver">,
  settings: Pick<KarpenterAzureSettings, "imageFamily" | "gpuDriver">,
  path: string,
): Problem[] {
  const resources = Object.keys(limits).filter((resource) => resource.includes("/"));
  // With the software of the GPUs come driver and device plugin.
  if (gpuDriver !== undefined) return [];
  return resources.flatMap((resource) => [...driverProblems(resource, settings, path), devicePlugin(resource, path)]);
}

/** AKS installs drivers of NVIDIA only; with mode Driver Karpenter considers no other GPU. Source: CRD AKSNodeClass v1beta1, spec.gpu.mode. */
function driverProblems(resource: string, { gpuDriver }: Pick<KarpenterAzureSettings, "gpuDriver">, path: string): Problem[] {
  if (gpuDriver === "none" || resource === "nvidia.com/gpu") return [];
  return [
    {
      id: "karpenter-azure.driver-of-aks",
      path,
      got: `${resource} with karpenterAzure.gpuDriver "aks"`,
      allowed: "nvidia.com/gpu, or no driver of AKS",
      fix: 'set karpenterAzure.gpuDriver to "none" and install the driver in the cluster: Karpenter would create no node of such a size',
    },
  ];
}

/** Source: Azure, "Use GPUs on AKS": AKS installs the driver, the device plugin is yours. */
function devicePlugin(resource: string, path: string): Problem {
  return {
    id: "karpenter-azure.image-without-device-plugin",
    severity: "warning",
    path,
    got: `${resource} on nodes of AKS, whose image has no device plugin`,
    allowed: "the device plugin as a DaemonSet on these nodes",
    fix: "run the device plugin, such as that of the GPU operator: without it, pods that request the resource stay Pending",
  };
}
