/** Rules on clusters, jobs and services that wait in a queue. Source: Kueue v0.19.2, pkg/controller/jobs/raycluster, rayjob and rayservice. */

import type { Problem } from "#lib/core/problem";
import { type IQueue, queueProblems } from "#lib/kube/queue";
import { podsOf } from "./placement-checks";
import { SUBMITTER } from "./pods";
import type { NodesSettings } from "./schema";

/** Groups of pods that one job can have. Source: Kueue v0.19.2, jobframework.MaxPodSets. */
const MOST_POD_SETS = 18;

/** What a job adds to its cluster. */
interface Beside {
  /** Groups of pods besides those of the cluster. */
  readonly podSets: 0 | 1;
  /** Is one of them a pod that submits the job? */
  readonly submitter: boolean;
}

/** Problems of what waits in a queue. */
export function queueRules(settings: NodesSettings & { readonly queue?: IQueue | undefined }, beside: Beside, path: string): Problem[] {
  const { queue, autoscaling, workers } = settings;
  if (!queue) return [];
  const groups = 1 + Object.keys(workers).length + beside.podSets;
  const submitter = { path: ["submission"], pool: settings.head.pool, count: 1, accelerators: 0, ...SUBMITTER };
  return [
    ...(autoscaling ? [autoscaled(path)] : []),
    ...(groups > MOST_POD_SETS ? [tooManyGroups(groups, path)] : []),
    ...queueProblems(
      [...podsOf(settings), ...(beside.submitter ? [submitter] : [])].map(({ pool, ...pods }) => ({
        ...pods,
        ...(pool && { pool: pool.name }),
      })),
      queue,
      { id: "ray.exceeds-queue", path: `${path}.queue` },
    ),
  ];
}

/** Kueue's webhook refuses it: quota is reserved for a fixed number of pods, unless the alpha gate ElasticJobsViaWorkloadSlices is on. */
function autoscaled(path: string): Problem {
  return {
    id: "ray.queue-with-autoscaling",
    path: `${path}.autoscaling`,
    got: "autoscaling with a queue",
    allowed: "a queue, or autoscaling",
    fix: "remove autoscaling, and set replicas to what the job needs",
  };
}

function tooManyGroups(groups: number, path: string): Problem {
  return {
    id: "ray.too-many-groups-for-queue",
    path: `${path}.workers`,
    got: `${groups} groups of pods, with the head's and the submitter's`,
    allowed: `at most ${MOST_POD_SETS} in a queue`,
    fix: "merge worker groups",
  };
}
