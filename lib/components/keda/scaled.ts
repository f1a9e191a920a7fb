/** ScaledObjects and ScaledJobs as the operator reads them. Source: KEDA v2.20.2, apis/keda/v1alpha1, pkg/scalers/prometheus_scaler.go and cron_scaler.go. */

import type { JsonObject } from "#lib/core/json";
import type { ScaleAsk, ScaleTrigger, TriggeredJob, TriggeredJobObject } from "#lib/kube/event-scaler";
import { COMPONENT_LABEL, ENVIRONMENT_LABEL, MANAGED_BY_LABEL, STAGE_LABEL } from "#lib/kube/labels";
import { EXCLUDED_LABELS } from "./labels";

/** Defaults of KEDA in seconds, which it does not write into the object: of looks while there may be no pod, and of the time until the last one goes. */
export const IDLE = { pollingInterval: 30, cooldownPeriod: 300 } as const;

/** Spec of a ScaledObject. */
export function scaledObjectSpec({ target, replicas, triggers, ...ask }: ScaleAsk, prometheus: string | undefined): JsonObject {
  const { interval, cooldown, fallback } = ask;
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: target.kind, name: target.name },
    minReplicaCount: replicas.min,
    maxReplicaCount: replicas.max,
    ...(replicas.min === 0 && {
      pollingInterval: interval?.seconds ?? IDLE.pollingInterval,
      cooldownPeriod: cooldown?.seconds ?? IDLE.cooldownPeriod,
    }),
    ...(fallback && { fallback: { failureThreshold: fallback.failures, replicas: fallback.replicas, behavior: "static" } }),
    triggers: triggers.map((each) => triggerOf(each, prometheus)),
  };
}

/** A ScaledJob that runs one Job at a time. Jobs are not ours: without owner labels nothing takes them for objects of an environment. */
export function scaledJob(
  { trigger, interval, history }: TriggeredJob,
  prometheus: string | undefined,
): Omit<TriggeredJobObject, "dependencies"> {
  return {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledJob",
    annotations: { [EXCLUDED_LABELS]: [MANAGED_BY_LABEL, COMPONENT_LABEL, ENVIRONMENT_LABEL, STAGE_LABEL].join(",") },
    jobField: "jobTargetRef",
    spec: {
      pollingInterval: interval.seconds,
      maxReplicaCount: 1,
      successfulJobsHistoryLimit: history,
      failedJobsHistoryLimit: history,
      // A change must not end the Job that runs.
      rollout: { strategy: "gradual" },
      // Subtracts every Job that has not ended, also one that waits in a queue; "accurate" and "eager" treat Jobs without a pod in other ways.
      scalingStrategy: { strategy: "default" },
      triggers: [triggerOf(trigger, prometheus)],
    },
  };
}

function triggerOf(trigger: ScaleTrigger, prometheus = ""): JsonObject {
  switch (trigger.type) {
    case "prometheus":
      return {
        type: "prometheus",
        metadata: {
          serverAddress: prometheus,
          query: trigger.query,
          threshold: `${trigger.threshold}`,
          activationThreshold: `${trigger.activation ?? 0}`,
        },
      };
    case "cron":
      return {
        type: "cron",
        metadata: { timezone: trigger.timeZone, start: trigger.start, end: trigger.end, desiredReplicas: `${trigger.replicas}` },
      };
  }
}
