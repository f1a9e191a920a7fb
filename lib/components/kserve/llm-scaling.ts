/** Pods of a language model by the length of its queue. */

import type { Problem } from "#lib/core/problem";
import type { ScaleAsk } from "#lib/kube/event-scaler";
import { SERVICE } from "./alerts";
import type { LlmSettings } from "./llm-schema";
import { routedDeployment } from "./router-names";

/** Settings that scaling depends on. */
type ScaledSettings = Pick<LlmSettings, "namespace" | "replicas" | "scaling" | "concurrentSequences" | "router">;

/**
 * What an autoscaler is asked for; without `scaling` nothing. Waiting requests alone would take pods away as soon as nobody waits, with all pods in use: requests
 * that run count, too. Source: vLLM v0.33.0, v1/metrics/loggers.py.
 */
export function queueScaling(
  name: string,
  { namespace, replicas, scaling, concurrentSequences, router }: ScaledSettings,
): ScaleAsk | undefined {
  if (!scaling) return undefined;
  const series = (metric: string) => `sum(vllm:${metric}{namespace="${namespace}", ${SERVICE}="${name}"})`;
  const [waiting, running] = [series("num_requests_waiting"), series("num_requests_running")];
  // Source: KServe v0.20.0, pkg/constants/constants.go, PredictorServiceName: the Deployment.
  const deployment = router ? routedDeployment(name) : `${name}-predictor`;
  return {
    name: deployment,
    namespace,
    target: { kind: "Deployment", name: deployment },
    replicas: { min: replicas, max: scaling.max },
    triggers: [
      { type: "prometheus", query: waiting, threshold: scaling.waitingRequests },
      { type: "prometheus", query: `${running} + ${waiting}`, threshold: concurrentSequences },
    ],
  };
}

/** Problems of scaling; `scales` says whether anything scales by queries. */
export function queueScalingProblems({ replicas, scaling }: ScaledSettings, { path, scales }: ScalingPlace): Problem[] {
  if (!scaling) return [];
  return [...(scales ? [] : [nothingScales(path)]), ...(scaling.max > replicas ? [] : [noRange(scaling.max, replicas, path)])];
}

interface ScalingPlace {
  /** Path of the service in the file. */
  readonly path: string;
  readonly scales: boolean;
}

function nothingScales(path: string): Problem {
  return {
    id: "kserve.scaling-needs",
    path: `${path}.scaling`,
    got: "scaling by waiting requests in an environment without keda and monitoring",
    allowed: "scaling together with keda, which adds pods, and monitoring, which knows the requests",
    fix: "add keda: {} and monitoring: {}, or remove scaling",
  };
}

function noRange(max: number, replicas: number, path: string): Problem {
  return {
    id: "kserve.llm-scaling-range",
    path: `${path}.scaling.max`,
    got: `${max}, which is not more than replicas, ${replicas}`,
    allowed: "more than replicas",
    fix: "raise max, lower replicas, or remove scaling",
  };
}
