/** Role of groups of pods that start, fail and are replaced together: one program on several nodes. No product is named here. */

import type { Construct, IDependable } from "constructs";
import type { JsonObject } from "#lib/core/json";

/** Pods of one kind in a group: labels, and the spec. */
export interface GroupedPods {
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: JsonObject;
}

/** Groups of pods. */
export interface PodGroupsAsk {
  /** Name of the object, of the Service by which the pods of a group find each other, and of its pods with numbers behind it. */
  readonly name: string;
  readonly namespace: string;
  /** Number of groups. */
  readonly groups: number;
  /** Pods of a group, with the leader. */
  readonly size: number;
  readonly leader: GroupedPods;
  readonly workers: GroupedPods;
  /** `surge` starts a group of the new kind first; `replace` stops one of the old kind first. */
  readonly rollout: "surge" | "replace";
}

/** Runs groups of pods. */
export interface IPodGroups extends IDependable {
  /** Name of the variable with the address of the leader. The containers of every pod have it. */
  readonly leaderAddress: string;
  /** Name of the variable with the number of the pod in its group; the leader has 0. */
  readonly podNumber: string;
  /** Labels of the leaders of groups with this name, for a Service. */
  leaderLabels(name: string): Readonly<Record<string, string>>;
  /** Adds the groups to a construct. */
  group(scope: Construct, ask: PodGroupsAsk): IDependable;
}
