/** A release as rules read it: its pods found once, wherever they stand. */

import { type GroupKind, groupKind } from "#lib/kube/object";
import type { Release, ReleaseObject } from "#lib/release/release";
import { type PodUse, podsOf } from "./pods";

/** A release, and what several rules ask of it. */
export interface ReleaseView {
  readonly release: Release;
  /** Every pod spec of every object, those inside custom resources included. */
  readonly pods: readonly PodUse[];
  /** Objects of a kind. */
  readonly ofKind: (kind: GroupKind) => readonly ReleaseObject[];
}

/** The view of a release. */
export function viewOf(release: Release): ReleaseView {
  const kinds = new Map<GroupKind, ReleaseObject[]>();
  for (const object of release.objects) {
    const kind = groupKind(object.manifest);
    const list = kinds.get(kind);
    if (list) list.push(object);
    else kinds.set(kind, [object]);
  }
  return { release, pods: release.objects.flatMap(podsOf), ofKind: (kind) => kinds.get(kind) ?? [] };
}
