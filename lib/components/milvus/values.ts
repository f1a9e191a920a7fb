/** Helm values of the operator: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { MilvusOperatorSettings } from "./schema";

/** User of the operator's image. Source: chart value podSecurityContext. */
const USER_ID = 65_532;

const DEFAULTS = { requests: { cpu: 0.1, memory: Size.mebibytes(256) }, limits: { cpu: 1, memory: Size.gibibytes(1) } };

/** Helm values of the chart. Its template reads neither `priorityClassName` nor `securityContext`. */
export function milvusOperatorValues(settings: MilvusOperatorSettings, { image }: OperatorContext): JsonObject {
  return {
    image: repositoryAndTag(image),
    replicaCount: settings.replicas,
    resources: partResources(settings.resources, DEFAULTS),
    podSecurityContext: restrictedPodSecurity(USER_ID),
  };
}
