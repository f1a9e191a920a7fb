/** Readiness of KubeRay's kinds. */

import { simulatedConditions } from "#lib/kube/condition-ready";
import type { Readiness } from "#lib/kube/readiness";

const SOURCE = "KubeRay v1.7.0, ray-operator/apis/ray/v1: condition and status enums of raycluster, rayjob and rayservice";

/** `RayClusterProvisioned` stays True after the first time, so the head's own condition is tested, too. */
export const rayClusterReadiness: Readiness = {
  ready: [
    { type: "condition", name: "RayClusterProvisioned", status: "True" },
    { type: "condition", name: "HeadPodReady", status: "True" },
  ],
  // In a queue.
  held: [{ type: "condition", name: "RayClusterSuspended", status: "True" }],
  failed: [{ type: "condition", name: "ReplicaFailure", status: "True" }],
  simulated: [
    {
      name: "provisioning",
      afterSeconds: 1,
      status: simulatedConditions({ RayClusterProvisioned: "False", HeadPodReady: "False" }),
    },
    {
      name: "ready",
      afterSeconds: 1,
      status: { ...simulatedConditions({ RayClusterProvisioned: "True", HeadPodReady: "True" }), state: "ready" },
    },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: simulatedConditions({ ReplicaFailure: "True" }, "simulated failure") },
  source: SOURCE,
};

/** A job is ready once it runs, and while it waits in its queue. */
export const rayJobReadiness: Readiness = {
  ready: [{ type: "field", path: ".status.jobDeploymentStatus", anyOf: ["Running", "Complete", "Suspended"] }],
  failed: [{ type: "field", path: ".status.jobDeploymentStatus", anyOf: ["Failed", "ValidationFailed"] }],
  simulated: [
    { name: "initializing", afterSeconds: 1, status: { jobDeploymentStatus: "Initializing" } },
    { name: "running", afterSeconds: 1, status: { jobDeploymentStatus: "Running", jobStatus: "RUNNING" } },
    { name: "complete", afterSeconds: 2, status: { jobDeploymentStatus: "Complete", jobStatus: "SUCCEEDED" } },
  ],
  simulatedFailure: {
    name: "failed",
    afterSeconds: 1,
    status: { jobDeploymentStatus: "Failed", jobStatus: "FAILED", reason: "AppFailed", message: "simulated failure" },
  },
  source: SOURCE,
};

/** `Ready` is False while the service starts, also while its cluster waits in a queue: KubeRay does not tell these apart. Only a rollback says that the new version does not. */
export const rayServiceReadiness: Readiness = {
  ready: [{ type: "condition", name: "Ready", status: "True" }],
  failed: [{ type: "condition", name: "RollbackInProgress", status: "True" }],
  simulated: [
    { name: "starting", afterSeconds: 1, status: simulatedConditions({ Ready: "False" }) },
    { name: "ready", afterSeconds: 1, status: { ...simulatedConditions({ Ready: "True" }), serviceStatus: "Running" } },
  ],
  simulatedFailure: {
    name: "failed",
    afterSeconds: 1,
    status: simulatedConditions({ Ready: "False", RollbackInProgress: "True" }, "simulated failure"),
  },
  source: SOURCE,
};

/** A RayCronJob only tells when it last ran. */
export const rayCronJobReadiness: Readiness = { ready: [], failed: [], source: SOURCE };
