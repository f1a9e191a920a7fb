/** Helm values of the KubeRay operator: what differs from the chart's own. */

import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
import { repositoryAndTag } from "#lib/kube/images";
import type { OperatorContext } from "#lib/kube/installed-operator";
import { partResources } from "#lib/kube/part-resources";
import type { RayOperatorSettings } from "./schema";

/** Context of the operator. */
export interface RayOperatorContext extends OperatorContext {
  /** Does the environment have jobs on a schedule? */
  readonly cronJobs: boolean;
}

/** It holds every Ray pod of the cluster in its cache. */
const DEFAULTS = { requests: { cpu: 0.1, memory: Size.mebibytes(512) }, limits: { cpu: 1, memory: Size.mebibytes(512) } };

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
export function rayOperatorValues(settings: RayOperatorSettings, { image, priority, cronJobs }: RayOperatorContext): JsonObject {
  const { replicas, watchNamespaces, reconcileConcurrency } = settings;
  return {
    image: { ...repositoryAndTag(image), pullPolicy: "IfNotPresent" },
    replicas,
    leaderElectionEnabled: true,
    ...(watchNamespaces && { watchNamespace: watchNamespaces }),
    reconcileConcurrency,
    featureGates: featureGates(cronJobs),
    ...(priority && { priorityClassName: priority }),
    resources: partResources(settings.resources, DEFAULTS),
    podSecurityContext: restrictedPodSecurity(),
    securityContext: restrictedContainerSecurity(),
  };
}
