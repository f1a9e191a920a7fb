/** Rules on experiments that a schema cannot express. */

import type { Problem, ProblemPlace } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { bucketSetProblems } from "#lib/kube/bucket-set";
import { nameProblems } from "#lib/kube/name-problems";
import { acceleratorProblems, placementProblems } from "#lib/kube/placement";
import { type QueuedPods, queueProblems } from "#lib/kube/queue";
import { registrationProblems } from "#lib/kube/registered-run";
import type { ITrialJob } from "#lib/kube/trial-job";
import type { ExperimentSettings, TrialSettings } from "./schema";
import { isShell, shellProblems } from "./shell-checks";
import { spaceProblems } from "./space-checks";
import { isWrapped, variablesOf } from "./trial";

/** Digits of an experiment's digest in its name. */
export const DIGEST_LENGTH = 8;

/** Problems of an experiment; `path` is its path in the file. */
export function experimentProblems(name: string, settings: ExperimentSettings, path: string): Problem[] {
  const { trial, job } = settings;
  return [
    ...nameProblems(name, { thing: "experiment", most: longestName(job) }, { id: "katib.name", path }),
    ...countProblems(settings, path),
    ...spaceProblems(settings, path),
    ...((trial === undefined) === (job === undefined) ? [oneTrial(trial ? "both" : "neither", path)] : []),
    ...(trial ? trialProblems(settings, trial, path) : []),
    ...(job ? jobProblems(settings, job, path) : []),
    ...bestProblems(settings, path),
    ...(settings.algorithm.type === "pbt" && (settings.resume ?? "from-volume") !== "from-volume" ? [pbtWithoutVolume(path)] : []),
  ];
}

/**
 * A hyphen and the digest follow in the name of the experiment, of at most 40 characters; a hyphen and eight random ones in those of trials and their
 * jobs. Source: Katib v0.19.0, validator.go and experiment/manifest.
 */
function longestName(job: ITrialJob | undefined): number {
  return Math.min(40, (job?.longestName ?? 63) - 9) - 1 - DIGEST_LENGTH;
}

function bestProblems({ best }: ExperimentSettings, path: string): Problem[] {
  if (!best) return [];
  return registrationProblems(best, {
    api: { id: "katib.registry-api", path: `${path}.best.registry` },
    user: { id: "katib.registry-user", path: `${path}.best.credentials` },
  });
}

function oneTrial(got: "both" | "neither", path: string): Problem {
  return {
    id: "katib.one-trial",
    path,
    got: `${got} of trial and job`,
    allowed: "trial for Jobs, or job for those of another product",
    fix: got === "both" ? "remove one of them" : "set one of them",
  };
}

/** Source: Katib v0.19.0, pkg/suggestion/v1beta1/pbt/service.py. */
function pbtWithoutVolume(path: string): Problem {
  return {
    id: "katib.pbt-without-volume",
    path: `${path}.resume`,
    got: "population-based training without a volume",
    allowed: "from-volume: its trials share checkpoints",
    fix: "remove resume",
  };
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
    ...Object.keys(objective.strategies)
      .filter((name) => ![objective.metric, ...objective.additionalMetrics].includes(name))
      .map((name) => unknownMetric(name, path)),
  ];
}

function unknownMetric(name: string, path: string): Problem {
  return {
    id: "katib.unknown-metric",
    path: joinPath(`${path}.objective.strategies`, [name]),
    got: JSON.stringify(name),
    allowed: "objective.metric, or one of objective.additionalMetrics",
    fix: "add it to objective.additionalMetrics, or remove it",
  };
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

function trialProblems(settings: ExperimentSettings, trial: TrialSettings, path: string): Problem[] {
  const { namespace, queue, parallelTrials } = settings;
  const { cpu, memory, scratch, accelerators, pool } = trial;
  const variables = variablesIn(trial, path);
  const pods = { count: 1, cpu, memory, accelerators, ...(pool && { pool: pool.name }) };
  return [
    ...acceleratorProblems(trial, { id: "katib.no-accelerators", path: `${path}.trial.accelerators` }),
    ...placementProblems({ cpu, memory, accelerators, scratch }, pool, { id: "katib.fits-no-machine", path: `${path}.trial` }),
    ...admissionProblems([pods], settings, path),
    // A queue lets the others wait.
    ...(pool && !queue && parallelTrials * accelerators > pool.capacity.accelerators
      ? [tooManyAtOnce(parallelTrials, accelerators, path)]
      : []),
    ...variables
      .filter((one) => OWNED.includes(one.name) || one.name in variablesOf({ ...trial, env: {}, buckets: [] }, namespace))
      .map(ownedVariable),
    ...bucketSetProblems(trial.buckets, { ...trial, namespace, problems: BUCKET_PROBLEMS, variables }, `${path}.trial`),
    ...(isWrapped(settings) && !isShell(trial.program)
      ? trial.program.flatMap((text, index) => shellProblems(text, joinPath(`${path}.trial.program`, [index])))
      : []),
  ];
}

/** Each trial is admitted by itself. */
function admissionProblems(pods: readonly QueuedPods[], { queue }: ExperimentSettings, path: string): Problem[] {
  return queue ? queueProblems(pods, queue, { id: "katib.exceeds-quota", path: `${path}.queue` }) : [];
}

function jobProblems(settings: ExperimentSettings, job: ITrialJob, path: string): Problem[] {
  const { namespace, queue, metrics, algorithm } = settings;
  const other = job.queue;
  return [
    ...(namespace === job.namespace ? [] : [otherNamespace(job, namespace, path)]),
    ...(other && other.name !== queue?.name ? [otherQueue(other.name, path)] : []),
    ...(job.reporter.command || metrics.type === "push" ? [] : [notTheCommand(metrics.type, path)]),
    ...(algorithm.type === "pbt" ? [pbtInOtherJobs(path)] : []),
    ...admissionProblems(job.jobPods, settings, path),
  ];
}

function otherNamespace({ name, namespace }: ITrialJob, own: string, path: string): Problem {
  return {
    id: "katib.job-in-other-namespace",
    path: `${path}.job`,
    got: `${name} of namespace ${namespace} in namespace ${own}`,
    allowed: "a job of the namespace of the experiment",
    fix: `set namespace to ${namespace}, or that of the job to ${own}`,
  };
}

function otherQueue(queue: string | undefined, path: string): Problem {
  return {
    id: "katib.job-in-two-queues",
    path: `${path}.queue`,
    got: `another queue than that of an experiment with the same job: ${queue ?? "none"}`,
    allowed: "the same queue for all experiments of a job",
    fix: "use the same queue, or a job of its own",
  };
}

/** Source: Katib v0.19.0, pkg/webhook/v1beta1/pod/utils.go: the operator's own command is one line with quotes. */
function notTheCommand(metrics: string, path: string): Problem {
  return {
    id: "katib.metrics-of-job",
    path: `${path}.metrics`,
    got: `metrics of type ${metrics} for a job whose program is not the command of its container`,
    allowed: "push: the program reports by the SDK of Katib",
    fix: 'set metrics: { type: "push" }',
  };
}

/** The search would go on from a volume that only the pod of the first container has. */
function pbtInOtherJobs(path: string): Problem {
  return {
    id: "katib.pbt-needs-jobs",
    path: `${path}.job`,
    got: "population-based training with jobs of another product",
    allowed: "trial: only the pod that reports metrics gets the checkpoints",
    fix: "set trial, or use another algorithm",
  };
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

function variablesIn({ env }: TrialSettings, path: string) {
  return Object.keys(env).map((name) => ({ name, path: joinPath(`${path}.trial.env`, [name]) }));
}

const BUCKET_PROBLEMS = {
  differ: (path: string): ProblemPlace => ({ id: "katib.buckets-differ", path }),
  identityTwice: (path: string): ProblemPlace => ({ id: "katib.identity-twice", path }),
  variable: (path: string): ProblemPlace => ({ id: "katib.variable-of-bucket", path }),
};
