/** Helm values of the operator: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { SeaweedOperatorSettings } from "./schema";

/** Port of the operator's metrics. Source: chart value port.number. */
export const OPERATOR_METRICS_PORT = 8080;

/** User of the operator's image. Source: chart value podSecurityContext. */
const OPERATOR_USER_ID = 65_532;

/** Inputs of the values besides props. */
export interface SeaweedOperatorContext extends OperatorContext {
  /** Is the admission webhook installed? */
  readonly webhook: boolean;
}

const DEFAULTS = { requests: { cpu: 0.1, memory: Size.mebibytes(256) }, limits: { cpu: 0.5, memory: Size.mebibytes(512) } };

/** Helm values of the chart. */
export function seaweedOperatorValues(settings: SeaweedOperatorSettings, { image, webhook }: SeaweedOperatorContext): JsonObject {
  const { repository, tag } = repositoryAndTag(image);
  const slash = repository.lastIndexOf("/");
  return {
    image: { registry: repository.slice(0, slash), repository: repository.slice(slash + 1), tag },
    replicaCount: settings.replicas,
    // Without cert-manager a Job of the chart would create the certificate, with permission to change every webhook of the cluster.
    webhook: { enabled: webhook, ...(webhook && { certManager: { enabled: true } }) },
    resources: partResources(settings.resources, DEFAULTS),
    podSecurityContext: restrictedPodSecurity(OPERATOR_USER_ID),
    securityContext: { ...restrictedContainerSecurity(), runAsNonRoot: true },
  };
}
