/** The workloads that Kubernetes has, as cdk8s-plus makes them. */

import { type ApiObjectMetadata, Duration as CdkDuration, type Cron, JsonPatch } from "cdk8s";
import { CronJob, Deployment, Job, k8s, RestartPolicy, type Service, StatefulSet, type Workload, type WorkloadProps } from "cdk8s-plus-28";
import type { Construct } from "constructs";
import type { Duration } from "#lib/core/duration";
import type { Size } from "#lib/core/size";

/** A claim of each pod of a StatefulSet. */
export interface WorkloadClaim {
  /** Where the first container mounts it. */
  readonly path: string;
  readonly size: Size;
  /** @default the cluster's default class */
  readonly storageClass?: string;
}

/** How a run to an end is bounded. */
export interface RunLimits {
  /** The most that all tries together may take. */
  readonly deadline: Duration;
  /** How often a pod may be started. @default 1 */
  readonly tries?: number;
}

/** Which workload it is. */
export type WorkloadKind =
  /** Pods that are all alike. `replicas` defaults to 1. */
  | { readonly type: "deployment"; readonly replicas?: number }
  /** Pods with names and claims of their own. `replicas` defaults to 1. */
  | { readonly type: "stateful-set"; readonly replicas?: number; readonly claims?: Readonly<Record<string, WorkloadClaim>> }
  /** One run to an end. */
  | ({ readonly type: "job" } & RunLimits)
  /** Runs to an end, at times; one that is late by more than an hour is left out. `timeZone` defaults to the controller manager's. */
  | ({ readonly type: "cron-job"; readonly schedule: Cron; readonly timeZone?: string } & RunLimits);

/** Pods that run at the same time. */
export function replicasOf(kind: WorkloadKind): number {
  return kind.type === "deployment" || kind.type === "stateful-set" ? (kind.replicas ?? 1) : 1;
}

/** What every kind takes. */
type Common = Omit<WorkloadProps, "select" | "restartPolicy"> & { readonly metadata: ApiObjectMetadata };

/** The workload; `service` is that of a StatefulSet. */
export function workloadOf(scope: Construct, kind: WorkloadKind, common: Common & { readonly service?: Service }): Workload {
  const { service, ...props } = common;
  // cdk8s-plus selects pods by the path of the construct; a selector cannot change, so that no construct could ever be moved.
  const select = false;
  const replicas = replicasOf(kind);
  switch (kind.type) {
    case "deployment":
      return new Deployment(scope, "Workload", { ...props, select, replicas });
    case "stateful-set":
      return new StatefulSet(scope, "Workload", { ...props, select, replicas, ...(service && { service }) });
    case "job":
      return new Job(scope, "Workload", { ...props, select, ...runLimits(kind) });
    case "cron-job":
      return new CronJob(scope, "Workload", {
        ...props,
        select,
        ...runLimits(kind),
        schedule: kind.schedule,
        ...(kind.timeZone !== undefined && { timeZone: kind.timeZone }),
        // The controller looks every ten seconds; with cdk8s-plus's ten a busy one would skip runs.
        startingDeadline: CdkDuration.hours(1),
      });
  }
}

function runLimits({ deadline, tries = 1 }: RunLimits) {
  return { restartPolicy: RestartPolicy.NEVER, activeDeadline: CdkDuration.seconds(deadline.seconds), backoffLimit: tries - 1 };
}

/** Where the pod template stands in the object. */
export function templatePath({ type }: WorkloadKind): string {
  return type === "cron-job" ? "/spec/jobTemplate/spec/template" : "/spec/template";
}

/** Kubernetes' own defaults, which cdk8s-plus writes out. */
const WRITTEN_OUT: Readonly<Record<WorkloadKind["type"], readonly string[]>> = {
  deployment: ["minReadySeconds", "progressDeadlineSeconds", "strategy"],
  "stateful-set": ["minReadySeconds", "podManagementPolicy", "updateStrategy"],
  job: [],
  "cron-job": ["suspend", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"],
};

/** What cdk8s-plus has no words for, and what goes without saying; `mounts` counts those of the first container. */
export function kindPatches(kind: WorkloadKind, mounts: number): JsonPatch[] {
  const removed = WRITTEN_OUT[kind.type].map((field) => JsonPatch.remove(`/spec/${field}`));
  const claims = Object.entries(kind.type === "stateful-set" ? (kind.claims ?? {}) : {});
  if (claims.length === 0) return removed;
  const mountsAt = `${templatePath(kind)}/spec/containers/0/volumeMounts`;
  const mounted = claims.map(([name, { path }]) => ({ name, mountPath: path }));
  return [
    ...removed,
    JsonPatch.add("/spec/volumeClaimTemplates", claims.map(claimTemplate)),
    ...(mounts === 0 ? [JsonPatch.add(mountsAt, mounted)] : mounted.map((mount) => JsonPatch.add(`${mountsAt}/-`, mount))),
  ];
}

function claimTemplate([name, { size, storageClass }]: [string, WorkloadClaim]): k8s.KubePersistentVolumeClaimProps {
  return {
    metadata: { name },
    spec: {
      accessModes: ["ReadWriteOnce"],
      ...(storageClass !== undefined && { storageClassName: storageClass }),
      resources: { requests: { storage: k8s.Quantity.fromString(size.toString()) } },
    },
  };
}
