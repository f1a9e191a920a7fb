/** Rules on scaled pods that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import type { ScaleAsk, ScaleTrigger } from "#lib/kube/event-scaler";
import { nameProblems } from "#lib/kube/name-problems";
import { IDLE } from "./scaled";
import type { Autoscaler } from "./targets";

/** KEDA calls its autoscaler `keda-hpa-<name>`, which is also the value of a label. Source: KEDA v2.20.2, scaledobject_webhook.go. */
const NAME_LENGTH = 54;

/** Where a scaler stands. */
interface ScalePlace {
  /** Path of the scaler in the file. */
  readonly path: string;
  /** Does anything answer queries? */
  readonly hasMetrics: boolean;
}

/** Problems of a scaler by itself. */
export function scaleProblems(ask: ScaleAsk, { path, hasMetrics }: ScalePlace): Problem[] {
  const { name, replicas, triggers, fallback } = ask;
  return [
    ...nameProblems(name, { thing: "scaler", most: NAME_LENGTH }, { id: "keda.name", path }),
    ...(replicas.min > replicas.max ? [minAboveMax(replicas, path)] : []),
    ...(replicas.min > 0 ? idleProblems(ask, path) : []),
    ...(fallback && (fallback.replicas < replicas.min || fallback.replicas > replicas.max)
      ? [fallbackOutside(fallback, replicas, path)]
      : []),
    ...triggers.flatMap((trigger, at) => triggerProblems(trigger, { path: joinPath(`${path}.triggers`, [at]), hasMetrics })),
  ];
}

function minAboveMax({ min, max }: ScaleAsk["replicas"], path: string): Problem {
  return {
    id: "keda.min-above-max",
    path: `${path}.replicas.min`,
    got: `at least ${min} of at most ${max} replicas`,
    allowed: "at most replicas.max",
    fix: "lower replicas.min, or raise replicas.max",
  };
}

/**
 * KEDA moves between the last pod and none alone: the rest is Kubernetes' autoscaler's, which asks every 15 seconds. Source: KEDA v2.20.2, scaledobject_webhook.go,
 * verifyScaledObjects.
 */
function idleProblems({ interval, cooldown }: ScaleAsk, path: string): Problem[] {
  return [
    ...(interval && interval.seconds !== IDLE.pollingInterval ? [intervalWithoutEffect(path)] : []),
    ...(cooldown && cooldown.seconds !== IDLE.cooldownPeriod ? [cooldownWithoutEffect(path)] : []),
  ];
}

function intervalWithoutEffect(path: string): Problem {
  return {
    id: "keda.interval-without-effect",
    path: `${path}.interval`,
    got: "an interval of looks at pods of which one always stays",
    allowed: "interval with replicas.min: 0",
    fix: "set replicas.min: 0, or remove interval",
  };
}

function cooldownWithoutEffect(path: string): Problem {
  return {
    id: "keda.cooldown-without-effect",
    path: `${path}.cooldown`,
    got: "a cooldown of pods of which one always stays",
    allowed: "cooldown with replicas.min: 0",
    fix: "set replicas.min: 0, or remove cooldown",
  };
}

function fallbackOutside({ replicas }: NonNullable<ScaleAsk["fallback"]>, { min, max }: ScaleAsk["replicas"], path: string): Problem {
  return {
    id: "keda.fallback-outside",
    path: `${path}.fallback.replicas`,
    got: `${replicas} replicas while a trigger cannot be read`,
    allowed: `${min} to ${max}, as replicas says`,
    fix: "choose a number between replicas.min and replicas.max",
  };
}

function triggerProblems(trigger: ScaleTrigger, { path, hasMetrics }: ScalePlace): Problem[] {
  if (trigger.type === "prometheus") return hasMetrics ? [] : [noMetrics(path)];
  // Source: KEDA v2.20.2, pkg/scalers/cron_scaler.go.
  return trigger.start === trigger.end ? [emptyTime(trigger.start, path)] : [];
}

function noMetrics(path: string): Problem {
  return {
    id: "keda.no-metrics",
    path,
    got: "a trigger by a query in an environment without monitoring",
    allowed: "triggers of type prometheus with the section monitoring",
    fix: "add monitoring: {}, with existing if Prometheus is on the cluster, or use a trigger of type cron",
  };
}

function emptyTime(start: string, path: string): Problem {
  return {
    id: "keda.empty-time",
    path: `${path}.end`,
    got: `${start} as start and end`,
    allowed: "an end that differs from the start",
    fix: "change one of the two",
  };
}

/** Problems of targets with more than one autoscaler. Source: KEDA v2.20.2, scaledobject_webhook.go: its webhook refuses the second one. */
export function rivalProblems(autoscalers: readonly Autoscaler[]): Problem[] {
  return autoscalers.flatMap(({ target, title, source }, at) => {
    const first = autoscalers.findIndex((other) => other.target === target);
    if (first === at) return [];
    return [
      {
        id: "keda.two-autoscalers",
        path: source,
        got: `${title} for ${target}, which ${autoscalers[first]?.title} scales`,
        allowed: "one autoscaler for each target",
        fix: "put the triggers into one scaler, or remove the other autoscaler",
      },
    ];
  });
}

/** The operator needs a target. Of operators that make their own Deployments only a cluster knows the names. */
export function noTarget(target: string) {
  return {
    id: "keda.unknown-target",
    severity: "warning",
    got: `${target}, which this environment does not create itself`,
    allowed: "a Deployment or StatefulSet that exists once everything is ready",
    fix: "check kind, name and namespace: without its target the scaler does not become ready",
  } as const;
}

/** Only pods of the pod network have policies that keep others away from the webhook and the metrics server. */
export function webhookOnHost(path: string): Problem {
  return {
    id: "keda.webhook-on-host",
    path,
    got: "webhooks in the host's network",
    allowed: "webhooks in the pod network",
    fix: "use existing with an operator that you have configured for it, or give the API server access to pods",
  };
}
