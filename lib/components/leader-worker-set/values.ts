/** Helm values of LeaderWorkerSet: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { LeaderWorkerSetOperatorSettings } from "./schema";

const DEFAULTS = { requests: { cpu: 0.2, memory: Size.mebibytes(256) }, limits: { cpu: 1, memory: Size.gibibytes(1) } };

/** Helm values of the chart, which has none for a priority class, a disruption budget or the host's network. */
export function leaderWorkerSetValues({ replicas, resources }: LeaderWorkerSetOperatorSettings, { image }: OperatorContext): JsonObject {
  return {
    replicaCount: replicas,
    image: { manager: { ...repositoryAndTag(image), pullPolicy: "IfNotPresent" } },
    resources: partResources(resources, DEFAULTS),
    podSecurityContext: restrictedPodSecurity(),
    securityContext: restrictedContainerSecurity(),
  };
}
