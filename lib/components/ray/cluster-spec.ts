/** The cluster of a RayCluster, RayJob or RayService as KubeRay reads it. */

import type { JsonObject } from "#lib/core/json";
import { autoscalerOptions, headTemplate, objectStoreOf, type PodContext, workerTemplate } from "./pods";
import type { HeadSettings, RayClusterSettings, WorkerGroupSettings } from "./schema";

/** Fields that clusters, jobs and services share. */
export function rayClusterSpec(context: PodContext, faultTolerance?: RayClusterSettings["faultTolerance"]): JsonObject {
  const { version, auth, autoscaling, workers } = context.settings;
  return {
    rayVersion: version,
    authOptions: { mode: auth },
    ...(autoscaling && { enableInTreeAutoscaling: true, autoscalerOptions: autoscalerOptions(autoscaling) }),
    ...(faultTolerance && { gcsFaultToleranceOptions: redisOptions(faultTolerance) }),
    headGroupSpec: headGroup(context),
    workerGroupSpecs: Object.entries(workers).map(([name, group]) => workerGroup(context, name, group)),
  };
}

function headGroup(context: PodContext): JsonObject {
  const { head } = context.settings;
  return {
    serviceType: "ClusterIP",
    // Without cores Ray places neither tasks nor actors on the head.
    rayStartParams: { ...startParams(head), ...(!head.runsTasks && { "num-cpus": "0" }) },
    template: headTemplate(context),
  };
}

function workerGroup(context: PodContext, groupName: string, group: WorkerGroupSettings): JsonObject {
  const { replicas, hosts, idleTimeout } = group;
  const { autoscaling } = context.settings;
  return {
    groupName,
    // The autoscaler writes this field.
    ...(!autoscaling && { replicas }),
    minReplicas: replicas,
    maxReplicas: maxReplicasOf(group),
    numOfHosts: hosts,
    ...(idleTimeout && { idleTimeoutSeconds: idleTimeout.seconds }),
    rayStartParams: { ...startParams(group), ...sharedGpus(group) },
    template: workerTemplate(context, groupName, group),
  };
}

/** KubeRay counts whole GPUs and MIG slices by their resource, but no shares. Source: KubeRay v1.7.0, utils.IsGPUResourceKey. */
function sharedGpus({ pool, accelerators }: WorkerGroupSettings): Record<string, string> {
  return accelerators > 0 && pool?.capacity.resource === "nvidia.com/gpu.shared" ? { "num-gpus": `${accelerators}` } : {};
}

/** The most replicas of a group. */
export function maxReplicasOf({ replicas, maxReplicas }: Pick<WorkerGroupSettings, "replicas" | "maxReplicas">): number {
  return Math.max(replicas, maxReplicas ?? replicas);
}

function startParams(part: HeadSettings | WorkerGroupSettings): Record<string, string> {
  return { ...part.rayStartParams, "object-store-memory": `${objectStoreOf(part).bytes}` };
}

function redisOptions({ redis, user, password }: NonNullable<RayClusterSettings["faultTolerance"]>): JsonObject {
  return {
    redisAddress: redis,
    ...(user !== undefined && { redisUsername: { value: user } }),
    redisPassword: { valueFrom: { secretKeyRef: { name: password.name, key: password.key } } },
  };
}
