/** Kubeflow Model Registry at the pinned version: two images, and no operator. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of Kubeflow Model Registry. */
export const kubeflowModelRegistryPin = {
  name: "kubeflow-model-registry",
  licence: "Apache-2.0",
  source: "https://github.com/kubeflow/model-registry tag v0.3.8: cmd, internal/datastore, clients/ui/bff, manifests/kustomize",
  images: {
    server: "ghcr.io/kubeflow/model-registry/server:v0.3.8",
    // The other UI takes users and namespaces from the Kubeflow dashboard.
    ui: "ghcr.io/kubeflow/model-registry/ui-standalone:v0.3.8",
  },
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
