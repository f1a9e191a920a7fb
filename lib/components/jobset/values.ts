/** Helm values of JobSet: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { JobSetOperatorSettings } from "./schema";

const DEFAULTS = { requests: { cpu: 0.5, memory: Size.mebibytes(256) }, limits: { cpu: 2, memory: Size.gibibytes(1) } };

/** Helm values of the chart, which has none for a priority class. */
export function jobSetValues({ replicas, resources }: JobSetOperatorSettings, { image, hostNetwork }: OperatorContext): JsonObject {
  return {
    image: { ...repositoryAndTag(image), pullPolicy: "IfNotPresent" },
    controller: {
      replicas,
      ...(hostNetwork && { hostNetwork }),
      resources: partResources(resources, DEFAULTS),
      podSecurityContext: restrictedPodSecurity(),
      securityContext: restrictedContainerSecurity(),
      ...(replicas > 1 && { podDisruptionBudget: { enabled: true, minAvailable: 1 } }),
    },
  };
}
