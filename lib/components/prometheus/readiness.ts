/** When the kinds of the Prometheus operator are ready and when they have failed. */

import { simulatedConditions } from "#lib/kube/condition-ready";
import type { Readiness } from "#lib/kube/readiness";

const SOURCE = "prometheus-operator v0.93.1, pkg/apis/monitoring/v1 (conditions Available and Reconciled)";

/** Servers: all replicas run, and run what the spec says. */
export const serverReadiness: Readiness = {
  ready: [
    { type: "condition", name: "Available", status: "True" },
    { type: "condition", name: "Reconciled", status: "True" },
  ],
  // Available is False on the way up too; only a spec that cannot be reconciled is lost.
  failed: [{ type: "condition", name: "Reconciled", status: "False" }],
  simulated: [
    { name: "starting", afterSeconds: 1, status: simulatedConditions({ Available: "False", Reconciled: "True" }) },
    { name: "available", afterSeconds: 1, status: simulatedConditions({ Available: "True", Reconciled: "True" }) },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: simulatedConditions({ Available: "False", Reconciled: "False" }) },
  source: SOURCE,
};

/** Monitors and rules are read as they are: no status says that they were. */
export const presentReadiness: Readiness = { ready: [], failed: [], source: SOURCE };
