/** How many pods a runtime makes from each of its templates. */

import { valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { JOBS_ANNOTATION } from "#lib/kube/trial-job";

/** Nodes of the template at this path: with MPI, the launcher is one of them, and the others have their number beside them. */
export function nodesOf({ spec }: KubeObject, at: string): number | undefined {
  const index = /replicatedJobs(?:\.|\[)(\d+)/.exec(at)?.[1];
  const jobs = valueAt(spec, ["template", "spec", "replicatedJobs"]);
  const job = Array.isArray(jobs) && index !== undefined ? jobs[Number(index)] : undefined;
  const others = valueAt(job, ["template", "spec", "parallelism"]);
  const nodes = others ?? valueAt(spec, ["mlPolicy", "numNodes"]);
  return typeof nodes === "number" ? nodes : undefined;
}

/** Jobs that run from a runtime at the same time: one, or the trials of searches. */
export function jobsOf({ metadata }: KubeObject): number {
  return Number(metadata.annotations?.[JOBS_ANNOTATION] ?? 1);
}
