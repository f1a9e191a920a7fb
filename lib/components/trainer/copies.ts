/** How many pods a runtime makes from each of its templates. */

import { isJsonObject, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { JOBS_ANNOTATION } from "#lib/kube/trial-job";
import { NODE } from "./labels";

/** Nodes of the template at this path: with MPI, the launcher is one of them. Source: Kubeflow Trainer v2.3.0, plugins/mpi/mpi.go, EnforceMLPolicy. */
export function nodesOf({ spec }: KubeObject, at: string): number | undefined {
  const index = /replicatedJobs(?:\.|\[)(\d+)/.exec(at)?.[1];
  const jobs = valueAt(spec, ["template", "spec", "replicatedJobs"]);
  const job = Array.isArray(jobs) && index !== undefined ? jobs[Number(index)] : undefined;
  const nodes = valueAt(spec, ["mlPolicy", "numNodes"]);
  if (!isJsonObject(job) || typeof nodes !== "number") return undefined;
  if (valueAt(spec, ["mlPolicy", "mpi"]) === undefined) return nodes;
  return job["name"] === NODE ? Math.max(nodes - 1, 1) : 1;
}

/** Jobs that run from a runtime at the same time: one, or the trials of searches. */
export function jobsOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[JOBS_ANNOTATION] ?? 1);
}
