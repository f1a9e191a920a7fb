/** Node images with a driver: what they bring besides, and what the operator installs. */

import type { GpuService } from "#lib/kube/gpu-platform";

/** What the operator installs on nodes, and where it finds the rest. */
export interface Software {
  readonly driver: GpuService["driver"];
  /** Does the operator install the container toolkit? */
  readonly toolkit: boolean;
  /** Does the operator install the device plugin, MIG manager included? */
  readonly devicePlugin: boolean;
  /** RuntimeClass with a handler in the container runtime of the nodes. */
  readonly runtimeClass: string;
  /** Folder of the driver on the node. @default "/run/nvidia/driver" */
  readonly driverFolder?: string;
  /** Folder of the container toolkit on the node. @default "/usr/local/nvidia" */
  readonly toolkitFolder?: string;
  /** Environment of the container toolkit. @default none */
  readonly toolkitEnv?: Readonly<Record<string, string>>;
  /** Labels without which another owner would be on the nodes. @default none */
  readonly nodeLabels?: Readonly<Record<string, string>>;
}

type OfImage = Omit<Software, "driver">;

/** GKE's driver is in a folder of its own. */
const GKE_FOLDER = "/home/kubernetes/bin/nvidia";

/**
 * Node images with a driver. Sources: EKS documentation, "Use EKS-optimized accelerated AMIs" (AL2023 has the driver and the container toolkit,
 * Bottlerocket also the device plugin); NVIDIA GPU operator documentation, "with Azure Kubernetes Service" (preinstalled driver and toolkit) and
 * "with Google GKE" (Google driver installer; RUNTIME_CONFIG_SOURCE for 1.33 and later).
 */
export const NODE_IMAGES = {
  al2023: { toolkit: false, devicePlugin: true, runtimeClass: "nvidia" },
  bottlerocket: { toolkit: false, devicePlugin: false, runtimeClass: "nvidia" },
  aks: { toolkit: false, devicePlugin: true, runtimeClass: "nvidia-container-runtime" },
  gke: {
    toolkit: true,
    devicePlugin: true,
    runtimeClass: "nvidia",
    driverFolder: GKE_FOLDER,
    toolkitFolder: GKE_FOLDER,
    toolkitEnv: { RUNTIME_CONFIG_SOURCE: "file" },
    nodeLabels: { "gke-no-default-nvidia-gpu-device-plugin": "true" },
  },
} as const satisfies Readonly<Record<string, OfImage>>;

/** Name of a node image with a driver. */
export type NodeImageName = keyof typeof NODE_IMAGES;
