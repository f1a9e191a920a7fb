/** Rules on loops that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import { bucketSetProblems } from "#lib/kube/bucket-set";
import { nameProblems } from "#lib/kube/name-problems";
import { acceleratorProblems } from "#lib/kube/placement";
import { queueProblems } from "#lib/kube/queue";
import { variablesOfProps } from "#lib/kube/variable-problems";
import { loopVariables, passwordOf } from "./environment";
import { rolloutProblems } from "./rollout-checks";
import { alertOf, builtInAlerts, type NamedLoop } from "./rules";
import type { LoopSettings, RuleSettings } from "./schema";

/** Names of Jobs are those of the loop with `-retrain-` or `-rollback-` and five letters. */
const NAME_LENGTH = 40;

/** Problems of a loop by itself; `path` is its path in the file. */
export function loopProblems(loop: NamedLoop, path: string): Problem[] {
  return [
    ...nameProblems(loop.name, { thing: "loop", most: NAME_LENGTH }, { id: "feedback.name", path }),
    ...registryProblems(loop, path),
    ...loop.rules.flatMap((rule, at) => ruleProblems(loop, { rule, at }, joinPath(`${path}.rules`, [at]))),
    ...retrainProblems(loop, path),
    ...rolloutProblems(loop, path),
  ];
}

function registryProblems({ registry, login }: LoopSettings, path: string): Problem[] {
  if (registry.api !== "mlflow") {
    return [
      {
        id: "feedback.registry-api",
        path: `${path}.registry`,
        got: `${registry.name}, a registry without aliases`,
        allowed: "a registry that speaks MLflow's API",
        fix: "name a server of mlflow.servers",
      },
    ];
  }
  if ((registry.authentication === "basic") === (login !== undefined)) return [];
  return [
    {
      id: "feedback.registry-login",
      path: `${path}.login`,
      got: login ? `a login to ${registry.name}, which asks for none` : `no login to ${registry.name}, which asks for one`,
      allowed: "login with registries that have users",
      fix: login ? "remove login" : "set login to the keys of a Secret with name and password of a user",
    },
  ];
}

function ruleProblems(loop: NamedLoop, { rule, at }: { readonly rule: RuleSettings; readonly at: number }, path: string): Problem[] {
  const name = alertOf(loop.name, rule);
  const isTwice = builtInAlerts(loop.name).includes(name) || loop.rules.findIndex((other) => alertOf(loop.name, other) === name) < at;
  return [
    ...(rule.type !== "query" && !loop.data ? [lacks("data", `a rule of type ${rule.type}`, path)] : []),
    ...(rule.starts === "retrain" && !loop.retrain ? [lacks("retrain", 'starts: "retrain"', path)] : []),
    ...(isTwice ? [ruleTwice(name, path)] : []),
  ];
}

function lacks(key: string, got: string, path: string): Problem {
  return {
    id: "feedback.incomplete",
    path,
    got: `${got} in a loop without ${key}`,
    allowed: `${key} beside it`,
    fix: `set ${key} of the loop, or change the rule`,
  };
}

function ruleTwice(name: string, path: string): Problem {
  return {
    id: "feedback.rule-twice",
    path,
    got: `a second alert ${name}`,
    allowed:
      "one rule of type drift, one of type missing, and rules of type query with other names than each other and the alerts of every loop",
    fix: "rename the rule, or remove it",
  };
}

function retrainProblems(loop: NamedLoop, path: string): Problem[] {
  const { rules, retrain, gate } = loop;
  const isStarted = rules.some(({ starts }) => starts === "retrain");
  const at = `${path}.retrain`;
  if (!retrain) return gate ? [without("gate", "retrain", `${path}.gate`)] : [];
  const { cpu, memory, accelerators, pool, queue, deadline, cooldown } = retrain;
  return [
    ...(isStarted ? [] : [without("retrain", 'a rule with starts: "retrain"', at)]),
    ...(gate ? [] : [lacks("gate", "retrain", at)]),
    ...(cooldown.seconds < deadline.seconds ? [shortCooldown(retrain, at)] : []),
    ...acceleratorProblems({ accelerators, pool }, { id: "feedback.accelerators-without-pool", path: at }),
    ...trainingVariables(loop, retrain, at),
    ...(queue
      ? queueProblems([{ count: 1, cpu, memory, accelerators, ...(pool && { pool: pool.name }) }], queue, {
          id: "feedback.exceeds-queue",
          path: `${at}.queue`,
        })
      : []),
  ];
}

/** The training has the variables of the loop and of its buckets. */
function trainingVariables(loop: NamedLoop, { env, buckets }: NonNullable<LoopSettings["retrain"]>, path: string): Problem[] {
  const variables = Object.keys(env).map((name) => ({ name, path: joinPath(`${path}.env`, [name]) }));
  const variable = (at: string) => ({ id: "feedback.variable-of-prop", path: at });
  const differ = (at: string) => ({ id: "feedback.buckets-differ", path: at });
  const user = {
    problems: { differ, identityTwice: differ, variable },
    namespace: loop.namespace,
    serviceAccountAnnotations: {},
    variables,
  };
  return [...bucketSetProblems(buckets, user, path), ...variablesOfProps(variables, loopVariables(loop, passwordOf(loop.name)), variable)];
}

function without(key: string, other: string, path: string): Problem {
  return {
    id: "feedback.without-effect",
    path,
    got: `${key} in a loop without ${other}`,
    allowed: `${key} with ${other}`,
    fix: `add ${other}, or remove ${key}`,
  };
}

/** The cooldown counts from the start of a job. */
function shortCooldown({ cooldown, deadline }: NonNullable<LoopSettings["retrain"]>, path: string): Problem {
  return {
    id: "feedback.short-cooldown",
    path: `${path}.cooldown`,
    got: `${cooldown} after the start of a job that may take ${deadline}`,
    allowed: "at least the deadline",
    fix: "raise cooldown, or lower deadline: the next job would start when the last one ends",
  };
}

/** What a loop needs of the environment. */
export function missing(section: "monitoring" | "keda") {
  return {
    id: "feedback.needs",
    got: `a loop in an environment without ${section}`,
    allowed: "monitoring, which raises the alerts, and keda, which starts jobs by them",
    fix: `add ${section}: {}`,
  } as const;
}
