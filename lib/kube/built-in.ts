/** Built-in kinds of Kubernetes, and which of them run pods. */

import type { GroupKind } from "./object";

/** API groups below `k8s.io` whose kinds are CRDs nevertheless. */
const ADDED_GROUPS: ReadonlySet<string> = new Set(["gateway.networking.k8s.io", "snapshot.storage.k8s.io", "metrics.k8s.io"]);

/** Is the API group built in? Built-in groups have no dot or end in `.k8s.io`. */
export function isBuiltInGroup(group: string): boolean {
  return !group.includes(".") || (group.endsWith(".k8s.io") && !ADDED_GROUPS.has(group));
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
