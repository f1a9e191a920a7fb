/** Helm values of the operator: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { DaskOperatorSettings } from "./schema";

const DEFAULTS = { requests: { cpu: 0.1, memory: Size.mebibytes(256) }, limits: { cpu: 1, memory: Size.mebibytes(512) } };

/** User of the operator's image. Source: chart value securityContext.runAsUser. */
const OPERATOR_USER = 1000;

/** Helm values of the chart. */
export function daskOperatorValues(settings: DaskOperatorSettings, { image, priority }: OperatorContext): JsonObject {
  const { repository, tag } = repositoryAndTag(image);
  return {
    image: { name: repository, tag },
    ...(priority && { priorityClassName: priority }),
    resources: partResources(settings.resources, DEFAULTS),
    podSecurityContext: restrictedPodSecurity(OPERATOR_USER),
    securityContext: restrictedContainerSecurity(),
  };
}
