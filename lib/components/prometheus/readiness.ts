/** Readiness of the Prometheus operator's kinds. */

import { simulatedConditions } from "#lib/kube/condition-ready";
import type { Readiness } from "#lib/kube/readiness";

const SOURCE = "prometheus-operator v0.93.1, pkg/apis/monitoring/v1 (conditions Available and Reconciled)";

const ONE_EACH = { field: "replicas", otherwise: 1 } as const;

/** Prometheus and Alertmanager: all replicas run the current spec. */
export const serverReadiness: Readiness = {
  ready: [
    { type: "condition", name: "Available", status: "True" },
    { type: "condition", name: "Reconciled", status: "True" },
  ],
  // Available is also False during a rollout; only a spec that cannot be reconciled has failed.
  failed: [{ type: "condition", name: "Reconciled", status: "False" }],
  simulated: [
    { name: "starting", afterSeconds: 1, status: simulatedConditions({ Available: "False", Reconciled: "True" }) },
    {
      name: "available",
      afterSeconds: 1,
      status: simulatedConditions({ Available: "True", Reconciled: "True" }),
      fromSpec: { replicas: ONE_EACH, updatedReplicas: ONE_EACH, availableReplicas: ONE_EACH },
    },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: simulatedConditions({ Available: "False", Reconciled: "False" }) },
  source: SOURCE,
};

/** Monitors and rules have no status. */
export const presentReadiness: Readiness = { ready: [], failed: [], source: SOURCE };
