/** Built-in kinds of Kubernetes, and which of them run pods. */

import type { GroupKind } from "./object";

/** API groups with a dot that the API server brings itself; operators have groups below `k8s.io` too. Source: Kubernetes 1.34, API reference. */
const DOTTED_GROUPS: ReadonlySet<string> = new Set([
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
]);

/** Is the API group built in? */
export function isBuiltInGroup(group: string): boolean {
  return !group.includes(".") || DOTTED_GROUPS.has(group);
}

/** Built-in kinds that run pods. */
export const WORKLOAD_KINDS: ReadonlySet<GroupKind> = new Set<GroupKind>([
  "core/Pod",
  "core/ReplicationController",
  "apps/Deployment",
  "apps/StatefulSet",
  "apps/DaemonSet",
  "apps/ReplicaSet",
  "batch/Job",
  "batch/CronJob",
]);
