/** The controller's configuration file. The chart takes it as one text, which replaces its own as a whole. */

import { stringify } from "yaml";
import type { JsonObject } from "#lib/core/json";
import type { KueueOperatorSettings } from "./schema";

/** Port of the metrics. */
export const METRICS_PORT = 8443;
/** Port of the webhook. */
export const WEBHOOK_PORT = 9443;

/**
 * Kinds of jobs that Kueue admits. Pods and what is made of them are left out unless they are asked for: their webhook would see every pod of the cluster. RayServices, too: KubeRay
 * gives the queue's label to their RayClusters, and from 1.7.0 on leaves the suspension of these to Kueue, so that a RayService that Kueue itself
 * suspends and admits would never start. Source: KubeRay v1.7.0, rayservice_controller.go, modifyRayCluster.
 */
const FRAMEWORKS = [
  "batch/job",
  "jobset.x-k8s.io/jobset",
  "kubeflow.org/mpijob",
  "ray.io/raycluster",
  "ray.io/rayjob",
  "sparkoperator.k8s.io/sparkapplication",
  "trainer.kubeflow.org/trainjob",
] as const;

/**
 * With topology-aware scheduling, Kueue writes the name of its Workload into the pod templates of a job, which no job can bring itself. The gates that
 * are on by default and require it. Source: Kueue v0.19.2, pkg/features/kube_features.go and pkg/config/validation.go.
 */
const WITHOUT_TOPOLOGIES = Object.fromEntries(
  [
    "TopologyAwareScheduling",
    "TASFailedNodeReplacement",
    "TASFailedNodeReplacementFailFast",
    "TASHandleOverlappingFlavors",
    "TASMultiLayerTopology",
    "TASProfileMixed",
    "TASRecomputeAssignmentWithinSchedulingCycle",
    "TASReplaceNodeOnNodeTaints",
    "TASReplaceNodeOnPodTermination",
  ].map((gate) => [gate, false]),
);

/** The configuration file. Source: Kueue v0.19.2, apis/config/v1beta2 and chart value managerConfig.controllerManagerConfigYaml. */
export function controllerConfiguration(settings: KueueOperatorSettings, topologies: boolean): string {
  return stringify(configuration(settings, topologies), { sortMapEntries: true });
}

function configuration({ fairSharing, statefulSets, waitForPodsReady }: KueueOperatorSettings, topologies: boolean): JsonObject {
  return {
    apiVersion: "config.kueue.x-k8s.io/v1beta2",
    kind: "Configuration",
    health: { healthProbeBindAddress: ":8081" },
    metrics: { bindAddress: `:${METRICS_PORT}`, enableClusterQueueResources: true },
    webhook: { port: WEBHOOK_PORT },
    leaderElection: { leaderElect: true, resourceName: "c1f6bfd2.kueue.x-k8s.io" },
    clientConnection: { qps: 300, burst: 500 },
    controller: {
      groupKindConcurrency: {
        "Job.batch": 5,
        "Workload.kueue.x-k8s.io": 10,
        "LocalQueue.kueue.x-k8s.io": 5,
        "ClusterQueue.kueue.x-k8s.io": 5,
        "ResourceFlavor.kueue.x-k8s.io": 1,
      },
    },
    // The controller does not start with a framework whose feature is off. Source: Kueue v0.19.2, sparkapplication_controller.go, CanSupportIntegration.
    featureGates: { SparkApplicationIntegration: true, ...(topologies ? {} : WITHOUT_TOPOLOGIES) },
    integrations: { frameworks: [...FRAMEWORKS, ...(statefulSets ? ["statefulset"] : [])] },
    // Quotas cover CPU, memory and accelerators; a job that asks for a resource without quota would never be admitted.
    resources: { excludeResourcePrefixes: ["ephemeral-storage"] },
    ...(waitForPodsReady && {
      waitForPodsReady: { timeout: `${waitForPodsReady.timeout}`, blockAdmission: waitForPodsReady.blockAdmission },
    }),
    ...(fairSharing && { fairSharing: { preemptionStrategies: ["LessThanOrEqualToFinalShare", "LessThanInitialShare"] } }),
  };
}
