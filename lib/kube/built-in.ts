/** Which kinds come with Kubernetes itself, and which of those run pods. */

import type { GroupKind } from "./object";

/** Groups below `k8s.io` whose kinds come with CustomResourceDefinitions all the same. */
const ADDED_GROUPS: ReadonlySet<string> = new Set(["gateway.networking.k8s.io", "snapshot.storage.k8s.io", "metrics.k8s.io"]);

/** Does the group come with Kubernetes? Its own groups have no dot or end in `.k8s.io`. */
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
