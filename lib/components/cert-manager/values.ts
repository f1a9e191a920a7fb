/** Helm values of cert-manager: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import { type PartResources, partResources } from "#lib/kube/part-resources";
import type { certManagerPin } from "./pin";
import type { CertManagerSettings } from "./schema";

/** Images by part, already rewritten to the mirror. */
type CertManagerImages = Readonly<Record<keyof typeof certManagerPin.images, string>>;

/** Inputs of the values besides props. */
export interface CertManagerContext {
  /** Namespace of the operator. */
  readonly namespace: string;
  /** Port of the webhook in the host's network. @default its pods are in the pod network */
  readonly hostPort?: number;
  readonly images: CertManagerImages;
  /** Name of the priority class. */
  readonly priority: string | undefined;
}

const DEFAULTS = { requests: { cpu: 0.05, memory: Size.mebibytes(128) }, limits: { memory: Size.mebibytes(256) } };

/** Helm values of the chart. */
export function certManagerValues(props: CertManagerSettings, { images, priority, namespace, hostPort }: CertManagerContext): JsonObject {
  const part = (image: string, own: PartResources | undefined) => ({
    replicaCount: props.replicas,
    image: repositoryAndTag(image),
    resources: partResources(own, DEFAULTS),
    containerSecurityContext: restrictedContainerSecurity(),
    ...(props.replicas > 1 && { podDisruptionBudget: { enabled: true, minAvailable: 1 } }),
  });
  return {
    ...part(images.operator, props.resources?.controller),
    // By default the lease is in kube-system, which GKE Autopilot closes.
    global: { leaderElection: { namespace }, ...(priority && { priorityClassName: priority }) },
    crds: { enabled: true, keep: true },
    webhook: {
      ...part(images.webhook, props.resources?.webhook),
      ...(hostPort !== undefined && { hostNetwork: true, securePort: hostPort }),
    },
    cainjector: part(images.cainjector, props.resources?.cainjector),
    acmesolver: { image: repositoryAndTag(images.acmesolver) },
    startupapicheck: {
      image: repositoryAndTag(images.startupapicheck),
      resources: partResources(undefined, DEFAULTS),
      containerSecurityContext: restrictedContainerSecurity(),
    },
  };
}
