/** Readiness of workloads, by the rules of `kubectl rollout status`. */

import { isJsonObject, type JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { numberAt, objectsAt, textAt } from "./fields";
import { podTroubles } from "./pods";
import { type Lookup, type ReadinessRule, ready, type Verdict, waiting } from "./readiness";

/** Deployments: all pods updated and available, old pods terminated. */
export const DEPLOYMENT: ReadinessRule = { check: deployment, explain: explainPods };

/** StatefulSets: all pods ready and at the update revision, except those that a partition holds back. */
export const STATEFUL_SET: ReadinessRule = { check: statefulSet, explain: explainPods };

/** DaemonSets: one updated, available pod on each node that should run one. */
export const DAEMON_SET: ReadinessRule = { check: daemonSet, explain: explainPods };

/** ReplicationControllers: all pods available. */
export const REPLICATION_CONTROLLER: ReadinessRule = {
  check: (object) => counted("available", numberAt(object, "status", "availableReplicas"), replicas(object)),
  explain: explainPods,
};

function deployment(object: KubeObject): Verdict {
  if (!observed(object)) return waiting("waiting for the Deployment controller");
  const wanted = replicas(object);
  // A paused Deployment does not roll out until it is resumed.
  if (isJsonObject(object["spec"]) && object["spec"]["paused"] === true) return ready("paused");
  const { updated, available, total } = counts(object);
  if (updated < wanted) return waiting(`${updated} of ${wanted} replicas updated${stalled(object)}`);
  if (total > updated) return waiting(`${total - updated} old replicas still to be terminated`);
  return counted("available", available, wanted, stalled(object));
}

function statefulSet(object: KubeObject): Verdict {
  if (!observed(object)) return waiting("waiting for the StatefulSet controller");
  const wanted = replicas(object);
  const isReady = counted("ready", numberAt(object, "status", "readyReplicas"), wanted);
  if (!isReady.ready || textAt(object, "spec", "updateStrategy", "type") === "OnDelete") return isReady;
  const partition = numberAt(object, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
  const { updated } = counts(object);
  const current = textAt(object, "status", "currentRevision") === textAt(object, "status", "updateRevision");
  if (!current && updated < wanted - partition) return waiting(`${updated} of ${wanted - partition} replicas updated`);
  return isReady;
}

function daemonSet(object: KubeObject): Verdict {
  if (!observed(object)) return waiting("waiting for the DaemonSet controller");
  const wanted = numberAt(object, "status", "desiredNumberScheduled") ?? 0;
  const updated = numberAt(object, "status", "updatedNumberScheduled") ?? 0;
  if (updated < wanted && textAt(object, "spec", "updateStrategy", "type") !== "OnDelete") {
    return waiting(`${updated} of ${wanted} nodes have the new pod`);
  }
  return counted("available", numberAt(object, "status", "numberAvailable"), wanted);
}

/** Whether the controller has observed the current spec; until then the status describes an older one. */
function observed(object: JsonObject): boolean {
  return (numberAt(object, "status", "observedGeneration") ?? 0) >= (numberAt(object, "metadata", "generation") ?? 0);
}

function replicas(object: JsonObject): number {
  return numberAt(object, "spec", "replicas") ?? 1;
}

function counts(object: JsonObject) {
  return {
    updated: numberAt(object, "status", "updatedReplicas") ?? 0,
    available: numberAt(object, "status", "availableReplicas") ?? 0,
    total: numberAt(object, "status", "replicas") ?? 0,
  };
}

function counted(what: string, have = 0, wanted = 0, note = ""): Verdict {
  const text = `${have} of ${wanted} replicas ${what}`;
  return have >= wanted ? ready(text) : waiting(`${text}${note}`);
}

/** A Deployment without progress may recover, for example when a node joins: report it, do not fail. */
function stalled(object: JsonObject): string {
  const condition = objectsAt(object, "status", "conditions").find(
    ({ type, status }) => (type === "Progressing" && status === "False") || (type === "ReplicaFailure" && status === "True"),
  );
  return condition ? `; ${textAt(condition, "reason")}: ${textAt(condition, "message")}` : "";
}

function explainPods(object: KubeObject, look: Lookup): Promise<readonly string[]> {
  return podTroubles(object.metadata.namespace, selectorOf(object), look);
}

/** Label selector of the object's pods; matchExpressions are left out. */
function selectorOf(object: KubeObject): string {
  const spec = isJsonObject(object["spec"]) ? object["spec"] : {};
  const selector = isJsonObject(spec["selector"]) ? spec["selector"] : {};
  const labels = isJsonObject(selector["matchLabels"]) ? selector["matchLabels"] : selector;
  return Object.entries(labels)
    .filter(([, value]) => typeof value === "string")
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
