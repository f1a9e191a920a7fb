/** Rules on traffic splits that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import type { InferenceServiceSettings, ModelSettings, RuntimeSettings } from "./service-schema";

/** Problems of a traffic split; none without one. */
export function splitProblems({ trafficSplit, canary, model, runtime }: InferenceServiceSettings, path: string): Problem[] {
  if (!trafficSplit) return [];
  const at = `${path}.trafficSplit`;
  return [
    ...(canary ? [splitAndCanary(at)] : []),
    ...(isVersioned(model) ? [] : [noVersions(model, at)]),
    ...(runtime.type === "mlserver" || runtime.type === "triton" ? [] : [noCounters(runtime, at)]),
  ];
}

/** A model whose versions a loop names. */
export type VersionedModel = Extract<ModelSettings, { readonly type: "registry" }>;

/** Has the model versions that MLflow counts? */
export function isVersioned(model: ModelSettings | undefined): model is VersionedModel {
  return model?.type === "registry" && model.registry.api === "mlflow";
}

function splitAndCanary(path: string): Problem {
  return {
    id: "kserve.split-and-canary",
    path,
    got: "a traffic split beside canary",
    allowed: "one of them: a canary is in the file, and a loop decides about the versions of a traffic split",
    fix: "remove canary or trafficSplit",
  };
}

function noVersions(model: ModelSettings | undefined, path: string): Problem {
  return {
    id: "kserve.split-without-versions",
    path,
    got: model
      ? `a model of type ${model.type}${model.type === "registry" ? " whose registry is not MLflow" : ""}`
      : "a model of the image",
    allowed: "a version of a model in MLflow, where the versions that follow are",
    fix: 'use model: { type: "registry", ... } with a server of mlflow.servers',
  };
}

/** Sources: KServe v0.20.0, python/kserve/kserve/metrics.py; MLServer 1.7.1, handlers/dataplane.py; Triton, "Metrics". */
function noCounters({ type }: RuntimeSettings, path: string): Problem {
  return {
    id: "kserve.split-unmeasured",
    path,
    got: `the runtime ${type}, which counts no failed requests`,
    allowed: "mlserver or triton: nobody could tell that a newer version fails",
    fix: 'use runtime: { type: "mlserver", format: ... }',
  };
}
