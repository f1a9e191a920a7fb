/** Alerts of a loop, and the queries that start jobs while alerts fire. */

import { Duration } from "#lib/core/duration";
import type { Alert, AlertGroup } from "#lib/kube/monitoring";
import type { LoopSettings, RuleSettings } from "./schema";

/** A loop with its name. */
export type NamedLoop = LoopSettings & { readonly name: string };

/** Comparisons that may fail before somebody is told, and before older values no longer count. */
const MISSED = 3;

/** Every alert of a loop. */
export function loopAlerts(loop: NamedLoop): AlertGroup {
  const { name, rules, retrain, data, rollout } = loop;
  const builtIn = [
    ...(data ? [stale(name, data.every)] : []),
    ...(retrain ? [...candidateAlerts(name), failed(loop)] : []),
    ...(rollout ? [rolloutFailing(name)] : []),
  ];
  return {
    name: `feedback-${name}`,
    alerts: [
      ...rules.map((rule) => ({ ...ruleAlert(loop, rule), labels: { feedback_loop: name, feedback_rule: ruleName(rule) } })),
      ...builtIn.map((alert) => ({ ...alert, labels: { feedback_loop: name } })),
    ],
  };
}

function ruleAlert({ name: loop, data }: NamedLoop, rule: RuleSettings): Alert {
  const fresh = data ? ` and on (loop) ${freshness(loop, data.every)}` : "";
  const common = { name: alertOf(loop, rule), lasting: rule.lasting, severity: "warning" } as const;
  switch (rule.type) {
    case "drift":
      return {
        ...common,
        expression: `max by (loop, column) (beamstack_feedback_drift{loop="${loop}"}) > ${rule.threshold}${fresh}`,
        summary: `column {{ $labels.column }} of loop ${loop} has another distribution than the model was trained on`,
        runbook: "compare the tables: a change of the world calls for training, a broken source for a repair",
      };
    case "missing":
      return {
        ...common,
        expression: `max by (loop, column) (beamstack_feedback_missing_share{loop="${loop}"}) > ${rule.share}${fresh}`,
        summary: `column {{ $labels.column }} of loop ${loop} lacks values`,
        runbook: "find the source of the column and when its values became fewer",
      };
    case "query":
      return { ...common, expression: rule.query, summary: rule.summary, runbook: `see the rule ${rule.name} of loop ${loop}` };
  }
}

const measuredAt = (loop: string) => `beamstack_feedback_measured_timestamp_seconds{loop="${loop}"}`;

/** The tables were compared lately: what was measured before says nothing about today. */
function freshness(loop: string, every: Duration): string {
  return `(time() - max by (loop) (${measuredAt(loop)}) <= ${every.seconds * MISSED})`;
}

function stale(loop: string, every: Duration): Alert {
  const seconds = every.seconds * MISSED;
  const series = measuredAt(loop);
  return {
    name: alertName(loop, "stale"),
    expression: `time() - max by (loop) (${series}) > ${seconds} or absent(${series})`,
    lasting: Duration.minutes(15),
    severity: "warning",
    summary: `tables of loop {{ $labels.loop }} were not compared for ${Duration.seconds(seconds)}: drift would not be seen`,
    runbook: "read the log of the pod that compares them: bucket, columns, empty tables",
  };
}

function candidateAlerts(loop: string): Alert[] {
  const inState = (state: string) => `max by (version, reason) (beamstack_feedback_candidate{loop="${loop}", state="${state}"}) == 1`;
  const common = {
    lasting: Duration.minutes(1),
    severity: "warning",
    runbook: "compare the runs of both versions in the registry",
  } as const;
  return [
    {
      ...common,
      name: alertName(loop, "rejected"),
      expression: inState("rejected"),
      summary: `a candidate of loop ${loop} was not promoted: {{ $labels.reason }}`,
    },
    {
      ...common,
      name: alertName(loop, "waiting"),
      expression: inState("waiting"),
      severity: "info",
      summary: `a candidate of loop ${loop} waits for approval: {{ $labels.reason }}`,
    },
    {
      ...common,
      name: alertName(loop, "rolled-back"),
      expression: inState("rolled-back"),
      summary: `a promotion of loop ${loop} was taken back: {{ $labels.reason }}`,
    },
  ];
}

/** Only the newest Job counts: failed ones stay beside those that succeed later. */
function failed({ name, namespace }: NamedLoop): Alert {
  const jobs = `{namespace="${namespace}", job_name=~"${jobsOf(name, "retrain")}"}`;
  return {
    name: alertName(name, "retrain-failed"),
    expression: `max by (job_name) (kube_job_status_failed${jobs}) > 0 and on (job_name) topk(1, max by (job_name) (kube_job_created${jobs}))`,
    lasting: Duration.minutes(1),
    severity: "warning",
    summary: `training {{ $labels.job_name }} of loop ${name} has failed`,
    runbook: "read the logs of the containers train and main of its pod",
  };
}

/** A program that cannot look takes no version back. */
function rolloutFailing(loop: string): Alert {
  return {
    name: alertName(loop, "rollout-failing"),
    expression: `sum by (loop) (increase(beamstack_feedback_failures_total{loop="${loop}", step="rollout"}[10m])) > 5`,
    lasting: Duration.minutes(5),
    severity: "warning",
    summary: `the rollout of loop {{ $labels.loop }} cannot look at its service: a version that fails would keep its share`,
    runbook: `read the log of the Deployment ${loop}-rollout; deleting the HTTPRoute of the newer version leads all requests to the one that serves`,
  };
}

/** Alert of a rule. */
export function alertOf(loop: string, rule: RuleSettings): string {
  return alertName(loop, ruleName(rule));
}

/** Name of a rule in its loop. */
function ruleName(rule: RuleSettings): string {
  return rule.type === "query" ? rule.name : rule.type;
}

/** Alerts that a loop has or may have besides those of its rules. */
export function builtInAlerts(loop: string): string[] {
  return ["stale", "rejected", "waiting", "rolled-back", "retrain-failed", "rollout-failing"].map((what) => alertName(loop, what));
}

function alertName(loop: string, what: string): string {
  const words = ["feedback", ...loop.split("-"), ...what.split("-")];
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

/** What a rule starts. */
export type JobName = "retrain" | "rollback";

/** Name of the object that starts a job. */
export function jobOf(loop: string, job: JobName): string {
  return `${loop}-${job}`;
}

/**
 * Pattern of the names of its Jobs. Source: KEDA v2.20.2, scale_jobs.go (`generateName` is the object's name with a dash); Kubernetes 1.34, apimachinery's
 * util/rand, which appends five of these letters and digits.
 */
function jobsOf(loop: string, job: JobName): string {
  return `${jobOf(loop, job)}-[bcdfghjklmnpqrstvwxz2456789]{5}`;
}

/**
 * 1 while any alert of rules with this consequence fires, however many and however often they were sent: a state, no event. Nothing within the cooldown
 * after the start of the last Job, and nothing while kube-state-metrics, which knows that start, does not know the namespace.
 */
export function triggerQuery({ name, namespace, rules }: NamedLoop, job: JobName, cooldown: Duration): string {
  const names = rules.filter(({ starts }) => starts === job).map(ruleName);
  const firing = `sgn(count(ALERTS{alertstate="firing", feedback_loop="${name}", feedback_rule=~"${names.join("|")}"}))`;
  const last = `max(kube_job_created{namespace="${namespace}", job_name=~"${jobsOf(name, job)}"})`;
  return `${firing} unless on () (${last} > time() - ${cooldown.seconds}) and on () (count(kube_namespace_created{namespace="${namespace}"}) > 0)`;
}
