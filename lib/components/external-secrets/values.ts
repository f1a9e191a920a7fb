/** Helm values of External Secrets: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { ExternalSecretsOperatorSettings } from "./schema";

/** Ports of the pods. Source: chart values webhook.port and metrics.listen.port. */
export const PORTS = { webhook: 10_250, metrics: 8080 } as const;

const DEFAULTS = { requests: { cpu: 0.05, memory: Size.mebibytes(128) }, limits: { cpu: 0.5, memory: Size.mebibytes(256) } };

/** Helm values of the chart; its containers are restricted by default. */
export function externalSecretsValues(settings: ExternalSecretsOperatorSettings, { image, priority }: OperatorContext): JsonObject {
  const { replicas } = settings;
  const part = {
    image: repositoryAndTag(image),
    replicaCount: replicas,
    resources: partResources(settings.resources, DEFAULTS),
    podSecurityContext: { enabled: true, ...restrictedPodSecurity() },
    ...(priority && { priorityClassName: priority }),
    ...(replicas > 1 && { podDisruptionBudget: { enabled: true, minAvailable: 1 } }),
  };
  return {
    ...part,
    leaderElect: replicas > 1,
    // Only the kinds that a namespace owns are used: a store of the whole cluster could be read from everywhere.
    processClusterStore: false,
    processClusterExternalSecret: false,
    processClusterGenerator: false,
    processClusterPushSecret: false,
    processPushSecret: false,
    webhook: part,
    certController: part,
  };
}
