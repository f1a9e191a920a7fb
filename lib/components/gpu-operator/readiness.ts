/** Readiness of the kinds of the GPU operator: all report a state, and conditions that repeat it. */

import type { JsonObject } from "#lib/core/json";
import type { Readiness } from "#lib/kube/readiness";

/**
 * `notReady` is also the state while drivers are built, so that it is no failure. A second ClusterPolicy is `ignored`; a GPUCluster beside a
 * ClusterPolicy stays `notReady`. Source: controllers/clusterpolicy_controller.go and internal/conditions.
 */
export function stateReadiness(source: string): Readiness {
  return {
    ready: [
      { type: "field", path: ".status.state", anyOf: ["ready"] },
      { type: "condition", name: "Ready", status: "True" },
    ],
    failed: [{ type: "field", path: ".status.state", anyOf: ["ignored"] }],
    simulated: [
      { name: "not-ready", afterSeconds: 1, status: status("notReady", "False") },
      { name: "ready", afterSeconds: 1, status: status("ready", "True") },
    ],
    simulatedFailure: { name: "ignored", afterSeconds: 1, status: { state: "ignored", namespace: NAMESPACE } },
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
