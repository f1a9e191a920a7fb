/** Readiness of the operator's kinds, by the states that its observers write. */

import type { Readiness, SimulatedState } from "#lib/kube/readiness";

const SOURCE = "Flink Kubernetes operator 1.15.0: status enums of its CRDs, SessionObserver and CommonStatus.getLifecycleState";

/** A session cluster that never became stable stays DEPLOYED: only jobs, and specs that were refused at once, make it FAILED. */
const deploymentFailure: SimulatedState = {
  name: "failed",
  afterSeconds: 1,
  status: {
    jobManagerDeploymentStatus: "ERROR",
    lifecycleState: "DEPLOYED",
    error: "simulated failure",
    reconciliationStatus: { state: "DEPLOYED" },
  },
};

/**
 * A session cluster has no job, so its `jobStatus.state` stays empty; the observer sets STABLE as soon as the REST API answers. Both fields
 * are about the last spec that the operator deployed: a newer one that it refuses leaves them as they are, sets `.status.error`, and keeps
 * the observed generation.
 */
export const flinkDeploymentReadiness: Readiness = {
  ready: [
    { type: "field", path: ".status.jobManagerDeploymentStatus", anyOf: ["READY"] },
    { type: "field", path: ".status.lifecycleState", anyOf: ["STABLE"] },
  ],
  failed: [
    { type: "field", path: ".status.jobManagerDeploymentStatus", anyOf: ["ERROR"] },
    { type: "field", path: ".status.lifecycleState", anyOf: ["FAILED", "ROLLED_BACK"] },
  ],
  simulated: [
    {
      name: "deploying",
      afterSeconds: 1,
      status: { jobManagerDeploymentStatus: "DEPLOYING", lifecycleState: "DEPLOYED", reconciliationStatus: { state: "DEPLOYED" } },
    },
    {
      name: "ready",
      afterSeconds: 1,
      status: { jobManagerDeploymentStatus: "READY", lifecycleState: "STABLE", reconciliationStatus: { state: "DEPLOYED" } },
    },
  ],
  simulatedFailure: deploymentFailure,
  refusedBy: ".status.error",
  source: SOURCE,
};

/** A batch job may be FINISHED before it was observed as RUNNING: only the lifecycle state covers both. */
export const flinkSessionJobReadiness: Readiness = {
  ready: [{ type: "field", path: ".status.lifecycleState", anyOf: ["STABLE"] }],
  failed: [{ type: "field", path: ".status.lifecycleState", anyOf: ["FAILED", "ROLLED_BACK"] }],
  simulated: [
    { name: "deployed", afterSeconds: 1, status: { jobStatus: { state: "CREATED" }, lifecycleState: "DEPLOYED" } },
    { name: "running", afterSeconds: 1, status: { jobStatus: { state: "RUNNING" }, lifecycleState: "STABLE" } },
  ],
  simulatedFailure: {
    name: "failed",
    afterSeconds: 1,
    status: { jobStatus: { state: "FAILED" }, lifecycleState: "FAILED", error: "simulated failure" },
  },
  refusedBy: ".status.error",
  source: SOURCE,
};

/**
 * Ready while one of the two is active. The status has no generation: after a change it is ready until the operator, which looks at once,
 * has begun the transition. An aborted transition is FAILING, whatever still runs.
 * Source: FlinkBlueGreenDeploymentState and BlueGreenDeploymentService of the operator.
 */
export const flinkBlueGreenReadiness: Readiness = {
  ready: [
    { type: "field", path: ".status.blueGreenState", anyOf: ["ACTIVE_BLUE", "ACTIVE_GREEN"] },
    { type: "field", path: ".status.jobStatus.state", anyOf: ["RUNNING"] },
  ],
  failed: [{ type: "field", path: ".status.jobStatus.state", anyOf: ["FAILING", "FAILED"] }],
  simulated: [
    {
      name: "transitioning",
      afterSeconds: 1,
      status: { blueGreenState: "TRANSITIONING_TO_BLUE", jobStatus: { state: "RECONCILING" } },
    },
    { name: "active", afterSeconds: 1, status: { blueGreenState: "ACTIVE_BLUE", jobStatus: { state: "RUNNING" } } },
  ],
  simulatedFailure: {
    name: "failed",
    afterSeconds: 1,
    status: { blueGreenState: "INITIALIZING_BLUE", jobStatus: { state: "FAILING" }, error: "simulated failure" },
  },
  source: SOURCE,
};

/** A snapshot is ready once it is durable. */
export const flinkStateSnapshotReadiness: Readiness = {
  ready: [{ type: "field", path: ".status.state", anyOf: ["COMPLETED"] }],
  failed: [{ type: "field", path: ".status.state", anyOf: ["FAILED", "ABANDONED"] }],
  simulated: [
    { name: "pending", afterSeconds: 1, status: { state: "TRIGGER_PENDING", failures: 0 } },
    { name: "completed", afterSeconds: 1, status: { state: "COMPLETED", failures: 0 } },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: { state: "FAILED", failures: 1, error: "simulated failure" } },
  source: SOURCE,
};
