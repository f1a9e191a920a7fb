/** Readiness of the Spark operator's kinds, which report by states and not by conditions. */

import type { Readiness } from "#lib/kube/readiness";

const SOURCE =
  "Spark operator v2.5.2, api/v1beta2/sparkapplication_types.go, scheduledsparkapplication_types.go and api/v1alpha1/sparkconnect_types.go";

/** The definition requires driverInfo. */
const state = (name: string) => ({ applicationState: { state: name }, driverInfo: {} });

/** An application is ready when its driver runs or has finished, and while it waits in its queue. */
export const applicationReadiness: Readiness = {
  ready: [{ type: "field", path: ".status.applicationState.state", anyOf: ["RUNNING", "SUCCEEDING", "COMPLETED", "SUSPENDED"] }],
  failed: [{ type: "field", path: ".status.applicationState.state", anyOf: ["FAILED"] }],
  simulated: [
    { name: "submitted", afterSeconds: 1, status: state("SUBMITTED") },
    { name: "running", afterSeconds: 1, status: state("RUNNING") },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: state("FAILED") },
  source: SOURCE,
};

/** A schedule is ready when the operator has accepted it. */
export const scheduleReadiness: Readiness = {
  ready: [{ type: "field", path: ".status.scheduleState", anyOf: ["Scheduled"] }],
  failed: [{ type: "field", path: ".status.scheduleState", anyOf: ["FailedValidation"] }],
  simulated: [{ name: "scheduled", afterSeconds: 1, status: { scheduleState: "Scheduled" } }],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: { scheduleState: "FailedValidation" } },
  source: SOURCE,
};

/** A Spark Connect server. */
export const connectReadiness: Readiness = {
  ready: [{ type: "field", path: ".status.state", anyOf: ["Ready"] }],
  failed: [{ type: "field", path: ".status.state", anyOf: ["Failed"] }],
  simulated: [
    { name: "provisioning", afterSeconds: 1, status: { state: "Provisioning" } },
    { name: "ready", afterSeconds: 1, status: { state: "Ready" } },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: { state: "Failed" } },
  source: SOURCE,
};

const summary = (currentStateSummary: string) => ({ currentState: { currentStateSummary } });

/**
 * An application of Apache's operator. What has ended well releases its pods; with the policy `OnFailure`, what has failed keeps them, and after its last
 * restart. The operator writes no generation and ignores changes of the spec, so each spec has an object of its own.
 */
export const apacheReadiness: Readiness = {
  ready: [
    {
      type: "field",
      path: ".status.currentState.currentStateSummary",
      anyOf: ["RunningHealthy", "RunningWithPartialCapacity", "Succeeded", "ResourceReleased"],
    },
  ],
  failed: [{ type: "field", path: ".status.currentState.currentStateSummary", anyOf: ["TerminatedWithoutReleaseResources"] }],
  simulated: [
    { name: "submitted", afterSeconds: 1, status: summary("Submitted") },
    { name: "running", afterSeconds: 1, status: summary("RunningHealthy") },
  ],
  simulatedFailure: { name: "failed", afterSeconds: 1, status: summary("TerminatedWithoutReleaseResources") },
  source: "apache/spark-kubernetes-operator 1.0.0, ApplicationStateSummary.java, ApplicationStatus.java and ApplicationTolerations.java",
};
