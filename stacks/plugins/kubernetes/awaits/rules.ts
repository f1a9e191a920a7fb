/** Which rule says when an object is ready: its own annotation, else that of its kind, else none. */

import type { JsonObject } from "#lib/core/json";
import { groupOf } from "#lib/kube/object";
import { ANNOTATION, annotationOf, gvkOfObject } from "../kube-fields";
import { DEFINITION, NAMESPACE, QUOTA, SECRET } from "./definitions";
import { INGRESS, SERVICE } from "./network";
import { JOB, POD } from "./pods";
import type { ReadinessRule } from "./readiness";
import { CLAIM, VOLUME } from "./storage";
import { waitForRule } from "./wait-for";
import { DAEMON_SET, DEPLOYMENT, REPLICATION_CONTROLLER, STATEFUL_SET } from "./workloads";

const RULES: Readonly<Record<string, ReadinessRule>> = {
  "apiextensions.k8s.io/CustomResourceDefinition": DEFINITION,
  "apps/DaemonSet": DAEMON_SET,
  "apps/Deployment": DEPLOYMENT,
  "apps/StatefulSet": STATEFUL_SET,
  "batch/Job": JOB,
  "core/Namespace": NAMESPACE,
  "core/PersistentVolume": VOLUME,
  "core/PersistentVolumeClaim": CLAIM,
  "core/Pod": POD,
  "core/ReplicationController": REPLICATION_CONTROLLER,
  "core/ResourceQuota": QUOTA,
  "core/Secret": SECRET,
  "core/Service": SERVICE,
  "networking.k8s.io/Ingress": INGRESS,
};

/**
 * The rule of an object.
 *
 * @param timeoutSeconds of the resource's options; 0 where they set none
 * @returns `undefined` where there is nothing to wait for
 */
export function readinessRule(inputs: JsonObject, timeoutSeconds = 0): ReadinessRule | undefined {
  if (annotationOf(inputs, ANNOTATION.skipAwait) === "true") return undefined;
  const { apiVersion, kind } = gvkOfObject(inputs);
  const waitFor = annotationOf(inputs, ANNOTATION.waitFor);
  const rule = waitFor === "" ? RULES[`${groupOf(apiVersion)}/${kind}`] : waitForRule(waitFor);
  return rule && { ...rule, timeoutSeconds: timeoutOf(inputs, timeoutSeconds) ?? rule.timeoutSeconds };
}

/** The time somebody allows: the resource's options come first, then the annotation. */
export function timeoutOf(inputs: JsonObject, timeoutSeconds: number): number | undefined {
  if (timeoutSeconds > 0) return timeoutSeconds;
  const annotated = annotationOf(inputs, ANNOTATION.timeoutSeconds);
  return /^\d+$/.test(annotated) ? Number(annotated) : undefined;
}
