/** Readiness of Trainer's kinds. */

import { simulatedConditions } from "#lib/kube/condition-ready";
import type { Readiness } from "#lib/kube/readiness";

const SOURCE = "Kubeflow Trainer v2.3.0, pkg/apis/trainer/v1alpha1 and pkg/controller/trainjob_controller.go";

/**
 * No condition says that a TrainJob runs: it has none until it is suspended, or ends, and training takes hours. So it is ready when it exists,
 * also while it waits in a queue; a failed one says so.
 */
export const trainJobReadiness: Readiness = {
  ready: [],
  failed: [{ type: "condition", name: "Failed", status: "True" }],
  simulated: [
    { name: "running", afterSeconds: 1, status: { jobsStatus: [jobStatus({ active: 1, ready: 1 })] } },
    {
      name: "complete",
      afterSeconds: 2,
      status: { ...simulatedConditions({ Complete: "True" }), jobsStatus: [jobStatus({ succeeded: 1 })] },
    },
  ],
  simulatedFailure: {
    name: "failed",
    afterSeconds: 1,
    status: { ...simulatedConditions({ Failed: "True" }, "simulated failure"), jobsStatus: [jobStatus({ failed: 1 })] },
  },
  source: SOURCE,
};

/** Runtimes have no status. */
export const runtimeReadiness: Readiness = { ready: [], failed: [], source: SOURCE };

function jobStatus(counts: Partial<Record<"active" | "ready" | "succeeded" | "failed", number>>) {
  return { name: "node", active: 0, ready: 0, succeeded: 0, failed: 0, suspended: 0, ...counts };
}
