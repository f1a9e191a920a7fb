/** Helm values of the KubeRay operator: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import { resources } from "#lib/kube/resources";
import type { RayOperatorSettings } from "./schema";

/** Context of the operator. */
export interface OperatorContext {
  /** The operator's image, already rewritten to the mirror. */
  readonly image: string;
  /** Name of the priority class. */
  readonly priority: string | undefined;
  /** Does the environment have jobs on a schedule? */
  readonly cronJobs: boolean;
}

/** A list in the chart, which Helm replaces as a whole: all of its gates, and RayCronJob where it is used. Source: KubeRay v1.7.0, values.yaml. */
function featureGates(cronJobs: boolean): JsonObject[] {
  const gates = {
    RayClusterStatusConditions: true,
    RayJobDeletionPolicy: true,
    RayMultiHostIndexing: true,
    RayServiceIncrementalUpgrade: true,
    RayCronJob: cronJobs,
    RayClusterMTLS: false,
    RayClusterNetworkPolicy: false,
    RayClusterHistoryServer: false,
  };
  return Object.entries(gates).map(([name, enabled]) => ({ name, enabled }));
}

/** Helm values of the chart. */
export function rayOperatorValues(settings: RayOperatorSettings, { image, priority, cronJobs }: OperatorContext): JsonObject {
  const { replicas, watchNamespaces, reconcileConcurrency, memory } = settings;
  return {
    image: { ...repositoryAndTag(image), pullPolicy: "IfNotPresent" },
    replicas,
    leaderElectionEnabled: true,
    ...(watchNamespaces && { watchNamespace: watchNamespaces }),
    reconcileConcurrency,
    featureGates: featureGates(cronJobs),
    ...(priority && { priorityClassName: priority }),
    resources: resources({ cpu: 0.1, memory }, { cpu: 1, memory }),
    podSecurityContext: restrictedPodSecurity(),
    securityContext: restrictedContainerSecurity(),
  };
}
