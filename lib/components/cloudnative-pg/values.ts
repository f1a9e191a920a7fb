/** Helm values of the operator and of its backup plugin: what differs from the charts' own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import { resources } from "#lib/kube/resources";
import type { CloudnativePgOperatorSettings } from "./schema";

/** Ports of the operator. Source: the chart's deployment.yaml and value webhook.port. */
export const OPERATOR_PORTS = { metrics: 8080, webhook: 9443 } as const;

/** User of both images. Source: chart value containerSecurityContext. */
const USER_ID = 10_001;

const DEFAULTS = { requests: { cpu: 0.1, memory: Size.mebibytes(256) }, limits: { cpu: 0.5, memory: Size.mebibytes(512) } };

/** Helm values of the operator's chart. */
export function operatorValues(settings: CloudnativePgOperatorSettings, { image, priority }: OperatorContext): JsonObject {
  return {
    image: repositoryAndTag(image),
    replicaCount: settings.replicas,
    ...(priority && { priorityClassName: priority }),
    resources: partResources(settings.resources, DEFAULTS),
    podSecurityContext: restrictedPodSecurity(USER_ID),
    containerSecurityContext: { ...restrictedContainerSecurity() },
  };
}

/** Helm values of the plugin's chart. */
export function pluginValues(images: { readonly plugin: string; readonly sidecar: string }, priority: string | undefined): JsonObject {
  return {
    image: parts(images.plugin),
    sidecarImage: parts(images.sidecar),
    ...(priority && { priorityClassName: priority }),
    resources: resources(DEFAULTS.requests, DEFAULTS.limits),
    podSecurityContext: restrictedPodSecurity(USER_ID),
    containerSecurityContext: { ...restrictedContainerSecurity() },
  };
}

function parts(image: string): JsonObject {
  const { repository, tag } = repositoryAndTag(image);
  const slash = repository.indexOf("/");
  return { registry: repository.slice(0, slash), repository: repository.slice(slash + 1), tag };
}
