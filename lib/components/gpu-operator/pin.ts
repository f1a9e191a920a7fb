/** NVIDIA's GPU operator: chart, images and kinds at the pinned version. */

import { valueAt } from "#lib/core/json";
import { idOf, type KubeObject } from "#lib/kube/object";
import type { ComponentPin } from "#lib/kube/pin";
import { stateReadiness } from "./readiness";

const SOURCE = "GPU operator v26.7.0, deployments/gpu-operator, api and controllers";

/** RuntimeClass that the operator creates unless told otherwise. */
export const RUNTIME_CLASS = "nvidia";

/** The pins of the GPU operator. */
export const gpuOperatorPin = {
  name: "gpu-operator",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "gpu-operator",
    repository: "https://helm.ngc.nvidia.com/nvidia",
    version: "v26.7.0",
    // The operator's own value takes names; see values.ts.
    imagePullSecretsAt: ["node-feature-discovery", "imagePullSecrets"],
  },
  images: {
    operator: "nvcr.io/nvidia/gpu-operator:v26.7.0",
    // The operator adds the system of the node to the tag, such as -ubuntu24.04.
    driver: "nvcr.io/nvidia/driver:595.91.07",
    driverManager: "nvcr.io/nvidia/cloud-native/k8s-driver-manager:v0.12.0",
    toolkit: "nvcr.io/nvidia/k8s/container-toolkit:v1.20.0",
    devicePlugin: "nvcr.io/nvidia/k8s-device-plugin:v0.20.0",
    draDriver: "nvcr.io/nvidia/dra-driver-nvidia-gpu:v0.5.0",
    dcgmExporter: "nvcr.io/nvidia/k8s/dcgm-exporter:4.6.0-4.8.3-distroless",
    migManager: "nvcr.io/nvidia/cloud-native/k8s-mig-manager:v0.15.0",
    nodeFeatureDiscovery: "registry.k8s.io/nfd/node-feature-discovery:v0.19.0",
  },
  kinds: [
    {
      kind: "nvidia.com/ClusterPolicy",
      version: "v1",
      readiness: stateReadiness(SOURCE, "ignored"),
      /** Its RuntimeClass. Source: controllers/object_controls.go, RuntimeClasses. */
      makes: (policy: KubeObject) => [
        idOf("node.k8s.io/RuntimeClass", String(valueAt(policy, ["spec", "operator", "runtimeClass"]) ?? RUNTIME_CLASS)),
      ],
    },
    { kind: "nvidia.com/GPUCluster", version: "v1alpha1", readiness: stateReadiness(SOURCE) },
    { kind: "nvidia.com/NVIDIADriver", version: "v1alpha1", readiness: stateReadiness(SOURCE, "disabled") },
  ],
  kubernetes: { min: "1.29" },
  imports: {
    crds: [
      {
        product: "gpu-operator",
        version: "26.7.0",
        licence: "Apache-2.0",
        source: { registry: "none", repository: "github.com/NVIDIA/gpu-operator", tag: "v26.7.0", path: "deployments/gpu-operator/crds" },
        only: ["clusterpolicies", "gpuclusters", "nvidiadrivers"].map((plural) => `${plural}.nvidia.com`),
      },
    ],
    charts: [
      {
        chart: "gpu-operator",
        version: "v26.7.0",
        licence: "Apache-2.0",
        source: "NVIDIA/gpu-operator v26.7.0, deployments/gpu-operator",
        inner: { "node-feature-discovery": "node-feature-discovery" },
      },
    ],
  },
} as const satisfies ComponentPin;
