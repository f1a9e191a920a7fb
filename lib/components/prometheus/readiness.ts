/** When the kinds of the Prometheus operator are ready and when they have failed. */

import type { JsonObject } from "#lib/core/json";
import type { Readiness } from "#lib/kube/readiness";

const SOURCE = "prometheus-operator v0.93.1, pkg/apis/monitoring/v1 (conditions Available and Reconciled)";

function conditions(available: "True" | "False", reconciled: "True" | "False"): JsonObject {
  return {
    conditions: [
      { type: "Available", status: available, reason: "Simulated", message: "simulated" },
      { type: "Reconciled", status: reconciled, reason: "Simulated", message: "simulated" },
    ],
  };
}

/** Servers: all replicas run, and run what the spec says. */
export const serverReadiness: Readiness = {
  ready: [
    { type: "condition", name: "Available", status: "True" },
    { type: "condition", name: "Reconciled", status: "True" },
  ],
  // Available is False on the way up too; only a spec that cannot be reconciled is lost.
  failed: [{ type: "condition", name: "Reconciled", status: "False" }],
  simulated: [
    { name: "starting", afterSeconds: 1, status: conditions("False", "True") },
    { name: "available", afterSeconds: 1, status: conditions("True", "True") },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: conditions("False", "False") },
  source: SOURCE,
};

/** Monitors and rules are read as they are: no status says that they were. */
export const presentReadiness: Readiness = { ready: [], failed: [], source: SOURCE };
