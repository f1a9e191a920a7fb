/** Helm values of cert-manager: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import { type PartResources, partResources } from "#lib/kube/part-resources";
import type { PriorityName } from "#lib/kube/priority";
import type { certManagerPin } from "./pin";
import type { CertManagerSettings } from "./schema";

/** Images by part, already rewritten to the mirror. */
type CertManagerImages = Readonly<Record<keyof typeof certManagerPin.images, string>>;

/** Inputs of the values besides props. */
export interface CertManagerContext {
  readonly images: CertManagerImages;
  readonly priority: PriorityName | undefined;
}

const DEFAULTS = { requests: { cpu: 0.05, memory: Size.mebibytes(128) }, limits: { memory: Size.mebibytes(256) } };

/** Helm values of the chart. */
export function certManagerValues(props: CertManagerSettings, { images, priority }: CertManagerContext): JsonObject {
  const part = (image: string, own: PartResources | undefined) => ({
    replicaCount: props.replicas,
    image: repositoryAndTag(image),
    resources: partResources(own, DEFAULTS),
    containerSecurityContext: restrictedContainerSecurity(),
    ...(props.replicas > 1 && { podDisruptionBudget: { enabled: true, minAvailable: 1 } }),
  });
  return {
    ...part(images.operator, props.resources?.controller),
    ...(priority && { global: { priorityClassName: priority } }),
    crds: { enabled: true, keep: true },
    webhook: part(images.webhook, props.resources?.webhook),
    cainjector: part(images.cainjector, props.resources?.cainjector),
    acmesolver: { image: repositoryAndTag(images.acmesolver) },
    startupapicheck: {
      image: repositoryAndTag(images.startupapicheck),
      resources: partResources(undefined, DEFAULTS),
      containerSecurityContext: restrictedContainerSecurity(),
    },
  };
}
