/** Helm values of Qdrant: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import { placement } from "#lib/kube/node-pool";
import { environmentVariables } from "#lib/kube/pod-parts";
import { resources } from "#lib/kube/resources";
import { spread } from "#lib/kube/spread";
import type { QdrantSettings } from "./schema";

/** Ports: HTTP, gRPC, and between nodes. Source: chart value service.ports. */
export const PORTS = { http: 6333, grpc: 6334, nodes: 6335 } as const;

/** User of the unprivileged image. Source: chart value containerSecurityContext. */
const USER_ID = 1000;

/** The chart adds it to the tag. */
const UNPRIVILEGED = "-unprivileged";

/** Labels of the pods of a cluster. Source: the chart's _helpers.tpl. */
export function podLabels(name: string): Record<string, string> {
  return { "app.kubernetes.io/name": "qdrant", "app.kubernetes.io/instance": name };
}

/** Inputs of the values besides props. */
export interface QdrantContext {
  readonly name: string;
  /** The image, already moved to a mirror where there is one. */
  readonly image: string;
  /** Name of the priority class. */
  readonly priority: string | undefined;
}

/** Helm values of the chart. */
export function qdrantValues(settings: QdrantSettings, { name, image, priority }: QdrantContext): JsonObject {
  const { replicas, storage, storageClass, cpu, memory, apiKey } = settings;
  const { nodeSelector, tolerations = [] } = placement(settings.pool);
  const { repository, tag } = repositoryAndTag(image);
  return {
    fullnameOverride: name,
    replicaCount: replicas,
    image: { repository, tag: tag.slice(0, -UNPRIVILEGED.length), useUnprivilegedImage: true },
    // An environment variable, because the chart's own apiKey is read from the cluster while it is rendered, which GitOps trees cannot.
    ...(apiKey && {
      env: environmentVariables({ QDRANT__SERVICE__API_KEY: apiKey }),
    }),
    persistence: { size: `${storage}`, ...(storageClass !== undefined && { storageClassName: storageClass }) },
    resources: resources({ cpu, memory }),
    podSecurityContext: restrictedPodSecurity(USER_ID),
    containerSecurityContext: { ...restrictedContainerSecurity(), runAsNonRoot: true },
    // Usage data would leave the cluster.
    config: { telemetry_disabled: true },
    ...(nodeSelector && { nodeSelector: { ...nodeSelector } }),
    ...(tolerations.length > 0 && { tolerations: tolerations.map((one) => ({ ...one })) }),
    ...(priority && { priorityClassName: priority }),
    ...(replicas > 1 && { topologySpreadConstraints: spread(podLabels(name)), podDisruptionBudget: { enabled: true, maxUnavailable: 1 } }),
  };
}
