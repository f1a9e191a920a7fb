/** The built-in workloads of Kubernetes, with cdk8s-plus. */

import { ApiObject, type ApiObjectMetadata, App, Duration as CdkDuration, Chart, Cron, JsonPatch } from "cdk8s";
import { CronJob, Deployment, Job, k8s, RestartPolicy, type Service, StatefulSet, type Workload, type WorkloadProps } from "cdk8s-plus-28";
import type { Construct } from "constructs";
import type { Duration } from "#lib/core/duration";
import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { IEventScaler, TriggeredJob } from "./event-scaler";

/** A volume claim template of a StatefulSet. */
export interface WorkloadClaim {
  /** Mount path in the first container. */
  readonly path: string;
  readonly size: Size;
  /** @default the cluster's default class */
  readonly storageClass?: string;
}

/** Limits of a Job. */
export interface RunLimits {
  /** Time limit of all attempts together. */
  readonly deadline: Duration;
  /** Number of attempts. @default 1 */
  readonly tries?: number;
}

/** A job that an event scaler starts. */
export type TriggeredJobKind = {
  readonly type: "triggered-job";
  readonly scaler: Pick<IEventScaler, "trigger">;
} & TriggeredJob &
  RunLimits;

/** Kind of workload. */
export type WorkloadKind =
  /** Interchangeable pods. `replicas` defaults to 1. */
  | { readonly type: "deployment"; readonly replicas?: number }
  /**
   * Pods with stable names and their own claims. `replicas` defaults to 1. With `peers`, the pods need each other to become ready: they start together, and
   * find each other before.
   */
  | {
      readonly type: "stateful-set";
      readonly replicas?: number;
      readonly claims?: Readonly<Record<string, WorkloadClaim>>;
      readonly peers?: boolean;
    }
  /** Runs once. */
  | ({ readonly type: "job" } & RunLimits)
  /** Runs once each time the value of a query asks for it. */
  | TriggeredJobKind
  /** Runs on a schedule in cron's notation; a run that is more than an hour late is skipped. `timeZone` defaults to the controller manager's. */
  | ({ readonly type: "cron-job"; readonly schedule: string; readonly timeZone?: string } & RunLimits);

/** Pods that run at the same time. */
export function replicasOf(kind: WorkloadKind): number {
  return kind.type === "deployment" || kind.type === "stateful-set" ? (kind.replicas ?? 1) : 1;
}

/** What every kind takes. */
type Common = Omit<WorkloadProps, "select" | "restartPolicy"> & { readonly metadata: ApiObjectMetadata };

/** The workload; `service` is that of a StatefulSet. */
export function workloadOf(scope: Construct, kind: WorkloadKind, common: Common & { readonly service?: Service }): Workload {
  const { service, ...props } = common;
  // By default cdk8s-plus selects pods by the construct path. A selector is immutable, so the construct could not be moved.
  const select = false;
  const replicas = replicasOf(kind);
  switch (kind.type) {
    case "deployment":
      return new Deployment(scope, "Workload", { ...props, select, replicas });
    case "stateful-set":
      return new StatefulSet(scope, "Workload", { ...props, select, replicas, ...(service && { service }) });
    case "triggered-job":
      // Outside of the tree: only what {@link triggeredJob} makes of it is an object.
      return new Job(new Chart(new App(), "job"), "Workload", { ...props, select, ...runLimits(kind) });
    case "job":
      return new Job(scope, "Workload", { ...props, select, ...runLimits(kind) });
    case "cron-job":
      return new CronJob(scope, "Workload", {
        ...props,
        select,
        ...runLimits(kind),
        // Replaced by a patch: its own type has no macros such as @daily.
        schedule: Cron.daily(),
        ...(kind.timeZone !== undefined && { timeZone: kind.timeZone }),
        // The controller checks every ten seconds; with cdk8s-plus's deadline of ten seconds a busy one would skip runs.
        startingDeadline: CdkDuration.hours(1),
      });
  }
}

function runLimits({ deadline, tries = 1 }: RunLimits) {
  return { restartPolicy: RestartPolicy.NEVER, activeDeadline: CdkDuration.seconds(deadline.seconds), backoffLimit: tries - 1 };
}

/** What starts the Job: an object with the Job's spec in a field of its own. */
export function triggeredJob(scope: Construct, kind: TriggeredJobKind, { metadata, spec }: JsonObject): ApiObject {
  const { apiVersion, kind: name, annotations, jobField, spec: own, dependencies = [] } = kind.scaler.trigger(kind);
  const object = new ApiObject(scope, "Workload", {
    apiVersion,
    kind: name,
    metadata: { ...(isJsonObject(metadata) && metadata), annotations: { ...annotations } },
    spec: { ...own, [jobField]: withShortSizes(spec) },
  });
  object.node.addDependency(...dependencies);
  return object;
}

/**
 * Sizes of volumes, which cdk8s-plus writes in mebibytes, as Go writes them. The operator of a scaler sends the whole object back, and is the manager of what it
 * wrote in another way than we: the next server-side apply would be a conflict.
 */
function withShortSizes(spec: JsonValue | undefined): JsonValue {
  const text = JSON.stringify(spec ?? null, (key, value: unknown) => {
    const mebibytes = key === "sizeLimit" ? /^(\d+)Mi$/.exec(String(value))?.[1] : undefined;
    return mebibytes === undefined ? value : `${Size.mebibytes(Number(mebibytes))}`;
  });
  return JSON.parse(text) as JsonValue;
}

/** Path of the pod template in the object. */
export function templatePath({ type }: WorkloadKind): string {
  return type === "cron-job" ? "/spec/jobTemplate/spec/template" : "/spec/template";
}

/** Defaults of Kubernetes, which cdk8s-plus writes explicitly. */
const WRITTEN_OUT: Readonly<Record<WorkloadKind["type"], readonly string[]>> = {
  deployment: ["minReadySeconds", "progressDeadlineSeconds", "strategy"],
  "stateful-set": ["minReadySeconds", "podManagementPolicy", "updateStrategy"],
  job: [],
  "triggered-job": [],
  "cron-job": ["suspend", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"],
};

/** A drained or preempted pod has not failed: another one takes its place, however few tries there are. */
const EVICTED_AGAIN = { rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }] };

/** Fields that cdk8s-plus does not support, and removal of those with default values; `mounts` counts those of the first container. */
export function kindPatches(kind: WorkloadKind, mounts: number): JsonPatch[] {
  const peers = kind.type === "stateful-set" && kind.peers === true;
  const removed = [
    ...WRITTEN_OUT[kind.type].map((field) => JsonPatch.remove(`/spec/${field}`)),
    ...(kind.type === "cron-job" ? [JsonPatch.replace("/spec/schedule", kind.schedule)] : []),
    ...(peers ? [JsonPatch.add("/spec/podManagementPolicy", "Parallel")] : []),
    ...(kind.type === "triggered-job" ? [JsonPatch.add("/spec/podFailurePolicy", EVICTED_AGAIN)] : []),
  ];
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
