/** Helm values of the operator: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import { resources } from "#lib/kube/resources";
import type { SeaweedOperatorSettings } from "./schema";

/** Port of the operator's metrics. Source: chart value port.number. */
export const OPERATOR_METRICS_PORT = 8080;

/** User of the operator's image. Source: chart value podSecurityContext. */
const OPERATOR_USER_ID = 65_532;

/** Inputs of the values besides props. */
export interface OperatorContext {
  /** The operator's image, already moved to a mirror where there is one. */
  readonly image: string;
  /** Is the admission webhook installed? */
  readonly webhook: boolean;
}

/** Helm values of the chart. */
export function seaweedOperatorValues({ replicas }: SeaweedOperatorSettings, { image, webhook }: OperatorContext): JsonObject {
  const { repository, tag } = repositoryAndTag(image);
  const slash = repository.lastIndexOf("/");
  return {
    image: { registry: repository.slice(0, slash), repository: repository.slice(slash + 1), tag },
    replicaCount: replicas,
    // Without cert-manager a Job of the chart would create the certificate, with permission to change every webhook of the cluster.
    webhook: { enabled: webhook, ...(webhook && { certManager: { enabled: true } }) },
    resources: resources({ cpu: 0.1, memory: Size.mebibytes(256) }, { cpu: 0.5, memory: Size.mebibytes(512) }),
    podSecurityContext: restrictedPodSecurity(OPERATOR_USER_ID),
    securityContext: { ...restrictedContainerSecurity(), runAsNonRoot: true },
  };
}
