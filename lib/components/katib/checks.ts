/** Rules on experiments that a schema cannot express. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { bucketSetProblems } from "#lib/kube/bucket-set";
import { nameProblems } from "#lib/kube/name-problems";
import { acceleratorProblems, placementProblems } from "#lib/kube/placement";
import { queueProblems } from "#lib/kube/queue";
import type { ExperimentSettings } from "./schema";
import { spaceProblems } from "./space-checks";
import { variablesOf } from "./trial";

/** Digits of an experiment's digest in its name. */
export const DIGEST_LENGTH = 8;

/** Problems of an experiment; `path` is its path in the file. */
export function experimentProblems(name: string, settings: ExperimentSettings, path: string): Problem[] {
  const { trial, namespace } = settings;
  const variables = variablesIn(settings, path);
  return [
    // Source: Katib v0.19.0, validator.go: 40 characters; a hyphen and the digest follow.
    ...nameProblems(name, { thing: "experiment", most: 31 }, { id: "katib.name", path }),
    ...countProblems(settings, path),
    ...spaceProblems(settings, path),
    ...trialProblems(settings, path),
    ...variables
      .filter((one) => OWNED.includes(one.name) || one.name in variablesOf({ ...trial, env: {}, buckets: [] }, namespace))
      .map(ownedVariable),
    ...bucketSetProblems(trial.buckets, { ...trial, namespace, problems: BUCKET_PROBLEMS, variables }, `${path}.trial`),
  ];
}

/** Source: Katib v0.19.0, validator.go. */
function countProblems({ parallelTrials, maxTrials, maxFailedTrials, objective }: ExperimentSettings, path: string): Problem[] {
  const tooMany = (key: string, count: number) => ({
    id: "katib.more-than-all-trials",
    path: `${path}.${key}`,
    got: `${count} of ${maxTrials} trials`,
    allowed: "at most maxTrials",
    fix: `lower ${key}, or raise maxTrials`,
  });
  return [
    ...(parallelTrials > maxTrials ? [tooMany("parallelTrials", parallelTrials)] : []),
    ...(maxFailedTrials > maxTrials ? [tooMany("maxFailedTrials", maxFailedTrials)] : []),
    ...(objective.additionalMetrics.includes(objective.metric) ? [metricTwice(objective.metric, path)] : []),
  ];
}

function metricTwice(metric: string, path: string): Problem {
  return {
    id: "katib.metric-twice",
    path: `${path}.objective.additionalMetrics`,
    got: `${JSON.stringify(metric)}, which is the objective`,
    allowed: "other metrics",
    fix: "remove it",
  };
}

function trialProblems({ trial, parallelTrials, queue }: ExperimentSettings, path: string): Problem[] {
  const { cpu, memory, scratch, accelerators, pool } = trial;
  const pods = { count: 1, cpu, memory, accelerators, ...(pool && { pool: pool.name }) };
  return [
    ...acceleratorProblems(trial, { id: "katib.no-accelerators", path: `${path}.trial.accelerators` }),
    ...placementProblems({ cpu, memory, accelerators, scratch }, pool, { id: "katib.fits-no-machine", path: `${path}.trial` }),
    // Trials are admitted one by one: a queue for fewer of them than may run is slower, and not wrong.
    ...(queue ? queueProblems([pods], queue, { id: "katib.exceeds-quota", path: `${path}.queue` }) : []),
    ...(pool && parallelTrials * accelerators > pool.capacity.accelerators ? [tooManyAtOnce(parallelTrials, accelerators, path)] : []),
  ];
}

function tooManyAtOnce(parallel: number, accelerators: number, path: string): Problem {
  return {
    id: "katib.exceeds-pool",
    path: `${path}.parallelTrials`,
    got: `${parallel} trials at the same time with ${accelerators} accelerators each`,
    allowed: "together at most the accelerators of the pool",
    fix: "lower parallelTrials or trial.accelerators, or enlarge the pool: pods would stay Pending",
  };
}

/** Variables that Katib's webhook sets. Source: Katib v0.19.0, pkg/webhook/v1beta1/pod/inject_webhook.go. */
const OWNED = ["KATIB_TRIAL_NAME"];

function ownedVariable({ name, path }: { readonly name: string; readonly path: string }): Problem {
  return {
    id: "katib.variable-owned",
    path,
    got: `the variable ${name}`,
    allowed: "variables that neither Katib nor another prop sets",
    fix: "remove it, and use the prop for it: buckets or modelRegistry",
  };
}

function variablesIn({ trial: { env } }: ExperimentSettings, path: string) {
  return Object.keys(env).map((name) => ({ name, path: joinPath(`${path}.trial.env`, [name]) }));
}

const BUCKET_PROBLEMS = {
  differ: (path: string): ProblemPlace => ({ id: "katib.buckets-differ", path }),
  identityTwice: (path: string): ProblemPlace => ({ id: "katib.identity-twice", path }),
  variable: (path: string): ProblemPlace => ({ id: "katib.variable-of-bucket", path }),
};
