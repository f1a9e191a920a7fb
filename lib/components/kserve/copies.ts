/** How many pods KServe makes of each pod spec of an InferenceService or an LLMInferenceService. */

import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";

/** Pods of the part at this path: the upper end of its scaling. A canary takes its pods from the predictor's. */
export function copiesOf({ spec }: KubeObject, at: string): number | undefined {
  const canary = /canary\[(\d+)\]/.exec(at)?.[1];
  const canaries = listOf(valueAt(spec, ["canary"]));
  if (canary !== undefined) return numberAt(canaries[Number(canary)], "predictor", "minReplicas");
  const part = ["transformer", "explainer"].find((each) => at.includes(each)) ?? "predictor";
  const most = numberAt(isJsonObject(spec) ? spec : undefined, part, "maxReplicas");
  if (part !== "predictor" || most === undefined) return most;
  const taken = canaries.reduce((sum, each) => sum + (numberAt(each, "predictor", "minReplicas") ?? 0), 0);
  return Math.max(most - taken, 1);
}

/** Annotation of an LLMInferenceService whose number of pods an autoscaler of ours sets: the most. */
export const MOST_ANNOTATION = "beamstack-iac/most-replicas";

/** Pods of the part at this path: one endpoint picker, and of each copy the pod that answers, or those that hold the rest of the model. */
export function routedCopiesOf({ metadata, spec }: KubeObject, at: string): number {
  if (at.includes("scheduler")) return 1;
  const copies = Number(metadata.annotations?.[MOST_ANNOTATION] ?? valueAt(spec, ["replicas"]) ?? 1);
  return at.startsWith("spec.worker") ? copies * (Number(valueAt(spec, ["parallelism", "pipeline"]) ?? 1) - 1) : copies;
}

function numberAt(object: JsonObject | undefined, ...path: readonly string[]): number | undefined {
  const value = object && valueAt(object, [...path]);
  return typeof value === "number" ? value : undefined;
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
