/** Pods that the controller makes for a LeaderWorkerSet. */

import { type JsonValue, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";

/** Labels of all pods of all groups. Source: LeaderWorkerSet v0.8.0, api/leaderworkerset/v1, SetNameLabelKey. */
export function groupedPods(name: string): Readonly<Record<string, string>> {
  return { "leaderworkerset.sigs.k8s.io/name": name };
}

/** Labels of the leaders. Source: LeaderWorkerSet v0.8.0, api/leaderworkerset/v1, WorkerIndexLabelKey. */
export function leaderPods(name: string): Readonly<Record<string, string>> {
  return { ...groupedPods(name), "leaderworkerset.sigs.k8s.io/worker-index": "0" };
}

/** How many pods there are of the template at this path: a leader for each group, which the size of a group counts, too. */
export function podsOf({ spec }: KubeObject, at: string): number | undefined {
  const groups = numberOf(valueAt(spec, ["replicas"]));
  if (at.includes("leaderTemplate")) return groups;
  const hasLeader = valueAt(spec, ["leaderWorkerTemplate", "leaderTemplate"]) !== undefined;
  const size = numberOf(valueAt(spec, ["leaderWorkerTemplate", "size"]));
  return groups * (hasLeader ? size - 1 : size);
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 1;
}
