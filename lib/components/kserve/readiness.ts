/** Readiness of what KServe serves. */

import { conditionReady, simulatedConditions } from "#lib/kube/condition-ready";
import type { Readiness } from "#lib/kube/readiness";

const SOURCE = "KServe v0.20.0, pkg/apis/serving/v1beta1/inference_service_status.go";

/**
 * Readiness of inference graphs: the condition is True from the first state of the Deployment on, and never False again. Source: KServe v0.20.0,
 * pkg/controller/v1alpha1/inferencegraph/raw_ig.go, PropagateRawStatus.
 */
export const graphReadiness: Readiness = {
  ready: [{ type: "condition", name: "Ready", status: "True" }],
  failed: [],
  observesOther: true,
  simulated: [{ name: "ready", afterSeconds: 1, status: simulatedConditions({ Ready: "True", Stopped: "False" }) }],
  source: "KServe v0.20.0, pkg/controller/v1alpha1/inferencegraph",
};

const statusOf = (ready: "True" | "False", transition: string) => ({
  ...simulatedConditions({ PredictorReady: ready, IngressReady: "True", Ready: ready, Stopped: "False" }),
  deploymentMode: "Standard",
  modelStatus: { transitionStatus: transition },
});

/**
 * The condition is False while pods start, so that it tells no failure; the status of the model does. `status.observedGeneration` is that of the
 * Deployment, which changes at other times.
 */
export const serviceReadiness: Readiness = {
  ready: [{ type: "condition", name: "Ready", status: "True" }],
  failed: [{ type: "field", path: ".status.modelStatus.transitionStatus", anyOf: ["InvalidSpec", "BlockedByFailedLoad"] }],
  observesOther: true,
  simulated: [
    { name: "loading", afterSeconds: 1, status: statusOf("False", "InProgress") },
    { name: "ready", afterSeconds: 1, status: statusOf("True", "UpToDate") },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: statusOf("False", "BlockedByFailedLoad") },
  source: SOURCE,
};

const ROUTED_SOURCE = "KServe v0.20.0, pkg/apis/serving/v1alpha2/llm_inference_service_lifecycle.go";

const routedStatus = (presets: "True" | "False", ready: "True" | "False") =>
  simulatedConditions({ PresetsCombined: presets, WorkloadsReady: ready, RouterReady: ready, Ready: ready });

/**
 * The condition is False while pods start and while no gateway has taken the pool or the route, and its reason may be gone in a moment. What KServe cannot make
 * an object of stays so.
 */
export const routedReadiness: Readiness = {
  ready: [{ type: "condition", name: "Ready", status: "True" }],
  failed: [{ type: "condition", name: "PresetsCombined", status: "False" }],
  simulated: [
    { name: "loading", afterSeconds: 1, status: routedStatus("True", "False") },
    { name: "ready", afterSeconds: 1, status: routedStatus("True", "True") },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: routedStatus("False", "False") },
  source: ROUTED_SOURCE,
};

/** Readiness of presets, which KServe only protects from being deleted while a service uses them. */
export const presetReadiness: Readiness = conditionReady(
  "Ready",
  "KServe v0.20.0, pkg/apis/serving/v1alpha2/llm_inference_service_config_lifecycle.go",
  { failed: false },
);
