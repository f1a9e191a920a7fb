/** Readiness of the kinds of the GPU operator: all report a state, and conditions that repeat it. */

import type { JsonObject } from "#lib/core/json";
import type { Readiness } from "#lib/kube/readiness";

/**
 * `notReady` is also the state while drivers are built, so that it is no failure. A second ClusterPolicy is `ignored`; an NVIDIADriver beside a
 * ClusterPolicy with a driver of its own is `disabled`; a GPUCluster beside a ClusterPolicy stays `notReady`. Sources:
 * controllers/clusterpolicy_controller.go, controllers/nvidiadriver_controller.go and internal/conditions.
 *
 * @param failed the state that never becomes ready; none for a kind without one
 */
export function stateReadiness(source: string, failed?: "ignored" | "disabled"): Readiness {
  return {
    ready: [
      { type: "field", path: ".status.state", anyOf: ["ready"] },
      { type: "condition", name: "Ready", status: "True" },
    ],
    failed: failed ? [{ type: "field", path: ".status.state", anyOf: [failed] }] : [],
    simulated: [
      { name: "not-ready", afterSeconds: 1, status: status("notReady", "False") },
      { name: "ready", afterSeconds: 1, status: status("ready", "True") },
    ],
    ...(failed && { simulatedFailure: { name: failed, afterSeconds: 1, status: { state: failed, namespace: NAMESPACE } } }),
    source,
  };
}

/** Namespace of the operator and of everything that it runs on nodes. */
export const NAMESPACE = "gpu-operator";

function status(state: string, ready: "True" | "False"): JsonObject {
  const error = ready === "True" ? "False" : "True";
  return {
    state,
    namespace: NAMESPACE,
    conditions: [
      { type: "Ready", status: ready, reason: ready === "True" ? "Reconciled" : "Error", message: "" },
      { type: "Error", status: error, reason: ready === "True" ? "Ready" : "OperandNotReady", message: "" },
    ],
  };
}
