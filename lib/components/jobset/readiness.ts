/** Readiness of JobSets. */

import { simulatedConditions } from "#lib/kube/condition-ready";
import type { Readiness } from "#lib/kube/readiness";

/**
 * No condition says that a JobSet runs: it has none until it is suspended, or ends. So it is ready when it exists, and the controller's state at the end
 * tells a failed one.
 */
export const jobSetReadiness: Readiness = {
  ready: [],
  failed: [{ type: "condition", name: "Failed", status: "True" }],
  simulated: [
    { name: "running", afterSeconds: 1, status: { restarts: 0 } },
    {
      name: "completed",
      afterSeconds: 2,
      status: { ...simulatedConditions({ Completed: "True" }), restarts: 0, terminalState: "Completed" },
    },
  ],
  simulatedFailure: {
    name: "failed",
    afterSeconds: 1,
    status: { ...simulatedConditions({ Failed: "True" }, "simulated failure"), restarts: 0, terminalState: "Failed" },
  },
  source: "JobSet v0.12.0, api/jobset/v1alpha2/jobset_types.go and pkg/controllers/jobset_controller.go",
};
