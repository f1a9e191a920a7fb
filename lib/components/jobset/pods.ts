/** Pods that the controller makes for a JobSet. */

import { isJsonObject, type JsonValue, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";

/** Labels of all pods of a JobSet. Source: JobSet v0.12.0, api/jobset/v1alpha2, JobSetNameKey. */
export function jobPods({ metadata }: KubeObject): Readonly<Record<string, string>>[] {
  return [{ "jobset.sigs.k8s.io/jobset-name": metadata.name }];
}

/** How many pods run from the template at this path at the same time: a job's replicas times its parallelism. */
export function podsOf(object: KubeObject, at: string): number | undefined {
  const index = /replicatedJobs(?:\.|\[)(\d+)/.exec(at)?.[1];
  if (index === undefined) return undefined;
  const jobs = valueAt(object["spec"], ["replicatedJobs"]);
  const job: JsonValue | undefined = Array.isArray(jobs) ? jobs[Number(index)] : undefined;
  if (!isJsonObject(job)) return undefined;
  return numberOf(job["replicas"]) * numberOf(valueAt(job, ["template", "spec", "parallelism"]));
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 1;
}
