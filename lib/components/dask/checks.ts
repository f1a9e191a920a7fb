/** Rules on Dask's props that a schema cannot express. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { bucketSetProblems } from "#lib/kube/bucket-set";
import { acceleratorProblems, placementProblems } from "#lib/kube/placement";
import { variablesOfProps } from "#lib/kube/variable-problems";
import { uriVariables } from "./pods";
import type { CommonSettings, DaskClusterSettings, DaskJobSettings, PodSettings, WorkersSettings } from "./schema";

/** A name is followed by 9 characters of ours, and by `-scheduler`, in a Service name of 63. Source: dask-kubernetes 2026.3.0, constants.py. */
const NAME = /^[a-z]([-a-z0-9]{0,42}[a-z0-9])?$/;

/** The label of a group: names of cluster and group, a dash, and 9 characters. */
const GROUP_LENGTH = 53;

/** Problems of a cluster. */
export function clusterProblems(name: string, settings: DaskClusterSettings, path: string): Problem[] {
  const { workerGroups, autoscaling, workers } = settings;
  return [
    ...commonProblems(name, settings, path),
    ...Object.entries(workerGroups).flatMap(([group, each]) => [
      ...groupProblems(name, group, path),
      ...workerProblems(each, joinPath(`${path}.workerGroups`, [group])),
    ]),
    ...(autoscaling ? rangeProblems(autoscaling, workers.replicas, path) : []),
  ];
}

/** Problems of a job. */
export function jobProblems(name: string, settings: DaskJobSettings, path: string): Problem[] {
  return [...commonProblems(name, settings, path), ...podProblems(settings.runner, `${path}.runner`)];
}

function commonProblems(name: string, settings: CommonSettings, path: string): Problem[] {
  return [
    ...nameProblems(name, path),
    ...podProblems(settings.scheduler, `${path}.scheduler`),
    ...workerProblems(settings.workers, `${path}.workers`),
    ...bucketProblems(settings, path),
  ];
}

const BUCKET_PROBLEMS = {
  differ: (path: string): ProblemPlace => ({ id: "dask.buckets-differ", path }),
  identityTwice: (path: string): ProblemPlace => ({ id: "dask.identity-twice", path }),
  variable: (path: string): ProblemPlace => ({ id: "dask.variable-of-bucket", path }),
};

function bucketProblems({ buckets, namespace, serviceAccountAnnotations, env }: CommonSettings, path: string): Problem[] {
  const variables = Object.keys(env).map((name) => ({ name, path: joinPath(`${path}.env`, [name]) }));
  return [
    ...bucketSetProblems(buckets, { problems: BUCKET_PROBLEMS, namespace, serviceAccountAnnotations, variables }, path),
    ...variablesOfProps(variables, { buckets: uriVariables(buckets) }, BUCKET_PROBLEMS.variable),
  ];
}

function nameProblems(name: string, path: string): Problem[] {
  if (NAME.test(name)) return [];
  return [
    {
      id: "dask.name",
      path,
      got: JSON.stringify(name),
      allowed: "1 to 44 of a-z, 0-9 and -, a letter at the beginning: the operator appends to it",
      fix: "choose another name",
    },
  ];
}

/** The operator makes the group `default` itself. */
function groupProblems(name: string, group: string, path: string): Problem[] {
  if (group !== "default" && name.length + group.length <= GROUP_LENGTH) return [];
  return [
    {
      id: "dask.group-name",
      path: joinPath(`${path}.workerGroups`, [group]),
      got: JSON.stringify(group),
      allowed: `a name other than default, with at most ${GROUP_LENGTH - name.length} characters`,
      fix: "choose another name; workers are the group default",
    },
  ];
}

function rangeProblems({ min, max }: NonNullable<DaskClusterSettings["autoscaling"]>, replicas: number, path: string): Problem[] {
  if (min <= replicas && replicas <= max) return [];
  return [
    {
      id: "dask.workers-out-of-range",
      path: `${path}.autoscaling`,
      got: `${replicas} workers at the start, between ${min} and ${max}`,
      allowed: "min <= workers.replicas <= max",
      fix: "change autoscaling, or workers.replicas",
    },
  ];
}

function workerProblems(workers: WorkersSettings, path: string): Problem[] {
  return [...podProblems(workers, path), ...acceleratorProblems(workers, { id: "dask.no-accelerators", path: `${path}.accelerators` })];
}

function podProblems(pod: PodSettings & { readonly accelerators?: number }, path: string): Problem[] {
  const { pool, ...ask } = pod;
  return placementProblems(ask, pool, { id: "dask.fits-no-machine", path });
}
