/** Helm values of Karpenter: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { repositoryAndTag } from "#lib/kube/images";
import type { KarpenterProps } from "./props";

/** The values that the chart is installed with; `image` is already moved to a mirror where there is one. */
export function karpenterValues(props: KarpenterProps & { readonly replicas: number }, image: string): JsonObject {
  const { clusterName, clusterEndpoint, interruptionQueue, controllerRole, replicas } = props;
  return {
    replicas,
    ...(controllerRole && { serviceAccount: { annotations: { "eks.amazonaws.com/role-arn": controllerRole } } }),
    controller: {
      image: repositoryAndTag(image),
      resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "2", memory: "1Gi" } },
    },
    settings: {
      clusterName,
      ...(clusterEndpoint && { clusterEndpoint }),
      ...(interruptionQueue && { interruptionQueue }),
    },
  };
}
