/** Helm values of the operator: what differs from the chart's own. Its custom resources are objects of ours. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { repositoryAndTag } from "#lib/kube/images";
import { partResources } from "#lib/kube/part-resources";
import { imageFields, type OperandContext, TOLERATIONS } from "./operands";
import type { GpusSettings } from "./schema";

const DEFAULTS = {
  requests: { cpu: 0.2, memory: Size.mebibytes(256) },
  limits: { cpu: 0.5, memory: Size.mebibytes(512) },
};

/** Helm values of the chart. */
export function gpuOperatorValues(settings: GpusSettings, { image, pullSecrets }: OperandContext): JsonObject {
  return {
    clusterPolicy: { deployCR: false },
    gpuCluster: { deployCR: false },
    operator: {
      ...imageFields(image("operator"), pullSecrets),
      resources: partResources(settings.resources, DEFAULTS),
    },
    // Passed to the operator as environment, for images that a custom resource does not name.
    validator: imageFields(image("operator")),
    driver: { manager: imageFields(image("driverManager")) },
    nfd: { enabled: settings.nodeFeatureDiscovery === "bundled" },
    "node-feature-discovery": {
      image: repositoryAndTag(image("nodeFeatureDiscovery")),
      worker: { tolerations: [...TOLERATIONS] },
    },
  };
}
