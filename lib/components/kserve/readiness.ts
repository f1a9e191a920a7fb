/** Readiness of InferenceServices. */

import { simulatedConditions } from "#lib/kube/condition-ready";
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
