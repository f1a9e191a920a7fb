/** Rules on jobs. Source, where nothing else is said: KubeRay v1.7.0, utils/validation.go. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { nameProblems, nodesProblems } from "./checks";
import { capacityProblems } from "./placement-checks";
import { queueRules } from "./queue-checks";
import { reachProblems } from "./reach-checks";
import type { RayCronJobSettings, RayJobSettings } from "./schema";
import { taskVariableProblems } from "./variable-checks";

/** Digits of a job's digest in its name. */
export const DIGEST_LENGTH = 8;

/** Problems of a job; `path` is its path in the file. */
export function rayJobProblems(name: string, settings: RayJobSettings, path: string): Problem[] {
  const own = settings.submission === "k8s-job";
  return [
    // A hyphen and the digest of the job follow.
    ...nameProblems(name, 46 - 1 - DIGEST_LENGTH, path),
    ...jobProblems(settings, path),
    ...queueRules(settings, { podSets: own ? 1 : 0, submitter: own }, path),
    ...(settings.queue && settings.deletion ? [keptInQueue(path)] : []),
  ];
}

/** Problems of a job on a schedule. */
export function rayCronJobProblems(name: string, settings: RayCronJobSettings, path: string): Problem[] {
  return [...nameProblems(name, 36, path), ...jobProblems(settings, path)];
}

function jobProblems(settings: RayJobSettings | RayCronJobSettings, path: string): Problem[] {
  return [
    ...nodesProblems(settings, path),
    ...capacityProblems(settings, 1, path),
    ...deletionProblems(settings, path),
    ...reachProblems(settings.runtimeEnv, settings, `${path}.runtimeEnv`),
    ...taskVariableProblems(settings.runtimeEnv, settings, `${path}.runtimeEnv`),
  ];
}

/** Source: Kueue v0.19.2, rayjob_webhook.go: shutdownAfterJobFinishes is required. */
function keptInQueue(path: string): Problem {
  return {
    id: "ray.queue-with-deletion",
    path: `${path}.deletion`,
    got: "deletion rules in a queue",
    allowed: "a queue with ttl: the cluster has to give its quota back",
    fix: "remove deletion",
  };
}

function deletionProblems({ deletion = [], ttl, autoscaling }: RayJobSettings | RayCronJobSettings, path: string): Problem[] {
  return [
    ...(ttl && deletion.length > 0 ? [ttlWithRules(path)] : []),
    ...deletion.flatMap((rule, index) => {
      const at = joinPath(`${path}.deletion`, [index]);
      const same = deletion.filter((other) => other.on === rule.on);
      return [
        ...(deletion.findIndex((other) => other.on === rule.on && other.policy === rule.policy) < index ? [ruleTwice(rule, at)] : []),
        ...(rule.policy === "delete-workers" && autoscaling ? [workersOfAutoscaler(at)] : []),
        ...(rule.policy === "delete-workers" && same.some((other) => isEarlier(other, rule)) ? [workersAfterCluster(at)] : []),
      ];
    }),
  ];
}

type DeletionRule = NonNullable<RayJobSettings["deletion"]>[number];

function isEarlier(other: DeletionRule, workers: DeletionRule): boolean {
  return other.policy === "delete-cluster" && (other.after?.seconds ?? 0) < (workers.after?.seconds ?? 0);
}

function ttlWithRules(path: string): Problem {
  return {
    id: "ray.ttl-with-deletion",
    path: `${path}.ttl`,
    got: "ttl and deletion rules",
    allowed: "one of them",
    fix: "remove ttl, and set after in the rules",
  };
}

function ruleTwice({ policy, on }: DeletionRule, path: string): Problem {
  return {
    id: "ray.deletion-twice",
    path,
    got: `${policy} a second time for a job that ${on}`,
    allowed: "each policy once for each end",
    fix: "remove one of the two",
  };
}

function workersOfAutoscaler(path: string): Problem {
  return {
    id: "ray.deletion-with-autoscaling",
    path,
    got: "delete-workers with autoscaling",
    allowed: "delete-cluster: the autoscaler owns the workers",
    fix: "use delete-cluster, or remove autoscaling",
  };
}

function workersAfterCluster(path: string): Problem {
  return {
    id: "ray.deletion-order",
    path,
    got: "workers that are deleted after their cluster",
    allowed: "delete-workers before delete-cluster",
    fix: "lower after of delete-workers, or raise that of delete-cluster",
  };
}
