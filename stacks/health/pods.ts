/** Readiness of pods and jobs, and the errors that their pods report. */

import type { JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { numberAt, objectsAt, textAt } from "./fields";
import { failed, type Lookup, type ReadinessRule, ready, type Verdict, waiting } from "./readiness";

/** Pods: ready or completed. */
export const POD: ReadinessRule = { check: pod, explain: async (object) => troublesOf(object) };

/** Jobs: complete; a failed job reports the message of its pod. */
export const JOB: ReadinessRule = {
  check: job,
  explain: (object, look) => podTroubles(object.metadata.namespace, `batch.kubernetes.io/job-name=${object.metadata.name}`, look),
};

/** Limit of detail lines for one object, so that a report stays readable. */
const MAX_TROUBLES = 5;

/** The errors that the pods of a selector report. */
export async function podTroubles(namespace: string | undefined, labelSelector: string, look: Lookup): Promise<readonly string[]> {
  if (labelSelector === "") return [];
  const pods = await look.list({ apiVersion: "v1", kind: "Pod", labelSelector, ...(namespace && { namespace }) });
  return pods.flatMap(troublesOf).slice(0, MAX_TROUBLES);
}

function pod(object: KubeObject): Verdict {
  const phase = textAt(object, "status", "phase");
  if (phase === "Succeeded") return ready("completed");
  if (isTrue(object, "Ready")) return ready();
  const [trouble] = troublesOf(object);
  // A pod that is not restarted stays failed; others may recover.
  if (phase === "Failed") return failed(trouble ?? `pod failed: ${textAt(object, "status", "reason") || "no reason given"}`);
  return waiting(trouble ?? `pod is ${phase || "not started"}`);
}

function job(object: KubeObject): Verdict {
  if (isTrue(object, "Complete") || isTrue(object, "SuccessCriteriaMet")) return ready("complete");
  const failure = conditionOf(object, "Failed") ?? conditionOf(object, "FailureTarget");
  if (failure) return failed(`job failed: ${textAt(failure, "reason")}: ${textAt(failure, "message")}`);
  // A queue or an operator resumes a suspended job.
  if (isTrue(object, "Suspended")) return ready("suspended");
  const wanted = numberAt(object, "spec", "completions") ?? 1;
  return waiting(
    `${numberAt(object, "status", "succeeded") ?? 0} of ${wanted} pods succeeded, ${numberAt(object, "status", "active") ?? 0} active`,
  );
}

function troublesOf(object: KubeObject): string[] {
  const name = `pod ${object.metadata.name}`;
  const containers = [...objectsAt(object, "status", "initContainerStatuses"), ...objectsAt(object, "status", "containerStatuses")];
  const troubles = containers.flatMap((status) =>
    containerTrouble(status).map((text) => `${name}, container ${textAt(status, "name")}: ${text}`),
  );
  if (troubles.length > 0) return troubles;
  const unscheduled = objectsAt(object, "status", "conditions").find(({ type, status }) => type === "PodScheduled" && status === "False");
  const message = unscheduled ? joined(textAt(unscheduled, "reason"), textAt(unscheduled, "message")) : textAt(object, "status", "message");
  return message === "" ? [] : [`${name}: ${message}`];
}

/** Transient states. */
const PASSING: ReadonlySet<string> = new Set(["", "ContainerCreating", "PodInitializing", "Completed"]);

function containerTrouble(status: JsonObject): string[] {
  const reason = textAt(status, "state", "waiting", "reason");
  if (!PASSING.has(reason)) return [joined(reason, textAt(status, "state", "waiting", "message"))];
  const exit = numberAt(status, "state", "terminated", "exitCode") ?? 0;
  if (exit === 0) return [];
  const text = textAt(status, "state", "terminated", "message") || textAt(status, "state", "terminated", "reason");
  return [joined(`exit code ${exit}`, text)];
}

function joined(reason: string, message: string): string {
  return message === "" ? reason : `${reason}: ${message.trim()}`;
}

function isTrue(object: JsonObject, type: string): boolean {
  return conditionOf(object, type) !== undefined;
}

function conditionOf(object: JsonObject, type: string): JsonObject | undefined {
  return objectsAt(object, "status", "conditions").find((condition) => condition["type"] === type && condition["status"] === "True");
}
