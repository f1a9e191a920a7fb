/** Helm values of Karpenter that differ from the chart's defaults. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { repositoryAndTag } from "#lib/kube/images";
import { partResources } from "#lib/kube/part-resources";
import type { KarpenterSettings } from "./schema";

const DEFAULTS = { requests: { cpu: 0.5, memory: Size.gibibytes(1) }, limits: { cpu: 2, memory: Size.gibibytes(1) } };

/** Helm values; `image` is already rewritten to the mirror. */
export function karpenterValues(props: KarpenterSettings, image: string): JsonObject {
  const { clusterName, clusterEndpoint, interruptionQueue, controllerRole, nodeOverlays, replicas } = props;
  return {
    replicas,
    ...(controllerRole && { serviceAccount: { annotations: { "eks.amazonaws.com/role-arn": controllerRole } } }),
    controller: {
      image: repositoryAndTag(image),
      resources: partResources(props.resources, DEFAULTS),
    },
    settings: {
      clusterName,
      ...(clusterEndpoint && { clusterEndpoint }),
      ...(interruptionQueue && { interruptionQueue }),
      ...(nodeOverlays && { featureGates: { nodeOverlay: true } }),
    },
  };
}
