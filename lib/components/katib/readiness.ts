/** Readiness of Katib's kinds. */

import { simulatedConditions } from "#lib/kube/condition-ready";
import type { Readiness } from "#lib/kube/readiness";

const SOURCE = "Katib v0.19.0, pkg/apis/controller, condition types of experiments, suggestions and trials";

/** `Created` stays True; a search takes hours, so that an experiment is ready once the controller has taken it. */
export const experimentReadiness: Readiness = {
  ready: [{ type: "condition", name: "Created", status: "True" }],
  failed: [{ type: "condition", name: "Failed", status: "True" }],
  simulated: [
    { name: "created", afterSeconds: 1, status: simulatedConditions({ Created: "True" }) },
    { name: "running", afterSeconds: 1, status: simulatedConditions({ Created: "True", Running: "True" }) },
  ],
  simulatedFailure: {
    name: "failed",
    afterSeconds: 1,
    status: simulatedConditions({ Created: "True", Failed: "True" }, "simulated failure"),
  },
  source: SOURCE,
};

/** Suggestions and trials are the controller's own; their experiment tells of them. */
export const ownedReadiness: Readiness = { ready: [], failed: [{ type: "condition", name: "Failed", status: "True" }], source: SOURCE };
