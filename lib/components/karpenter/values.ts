/** Helm values of Karpenter that differ from the chart's defaults. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { repositoryAndTag } from "#lib/kube/images";
import { resources } from "#lib/kube/resources";
import type { KarpenterSettings } from "./schema";

/** Helm values; `image` is already rewritten to the mirror. */
export function karpenterValues(props: KarpenterSettings, image: string): JsonObject {
  const { clusterName, clusterEndpoint, interruptionQueue, controllerRole, replicas } = props;
  return {
    replicas,
    ...(controllerRole && { serviceAccount: { annotations: { "eks.amazonaws.com/role-arn": controllerRole } } }),
    controller: {
      image: repositoryAndTag(image),
      resources: resources({ cpu: 0.5, memory: Size.gibibytes(1) }, { cpu: 2, memory: Size.gibibytes(1) }),
    },
    settings: {
      clusterName,
      ...(clusterEndpoint && { clusterEndpoint }),
      ...(interruptionQueue && { interruptionQueue }),
    },
  };
}
