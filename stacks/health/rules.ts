/** Readiness rules of built-in kinds, as `kubectl rollout status` and the official Kubernetes provider apply them. */

import { groupOf, type KubeObject } from "#lib/kube/object";
import { DEFINITION, NAMESPACE, QUOTA, SECRET } from "./definitions";
import { INGRESS, SERVICE } from "./network";
import { JOB, POD } from "./pods";
import type { ReadinessRule } from "./readiness";
import { CLAIM, VOLUME } from "./storage";
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

/** The rule of an object's kind. @returns `undefined` if there is none: such an object is ready when it exists */
export function readinessRule({ apiVersion, kind }: Pick<KubeObject, "apiVersion" | "kind">): ReadinessRule | undefined {
  return RULES[`${groupOf(apiVersion)}/${kind}`];
}
