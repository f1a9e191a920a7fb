/** A release with its pod specs, found once for all rules. */

import { type GroupKind, groupKind, type KubeObject } from "#lib/kube/object";
import type { OwnedKind } from "#lib/kube/pin";
import type { Release, ReleaseObject } from "#lib/release/release";
import { type PodUse, podsOf } from "./pods";

/** A release, and facts that several rules use. */
export interface ReleaseView {
  readonly release: Release;
  /** Every pod spec of every object, those inside custom resources included. */
  readonly pods: readonly PodUse[];
  /** Objects of a kind. */
  readonly ofKind: (kind: GroupKind) => readonly ReleaseObject[];
  /** Pinned facts of an object's kind; absent for built-in kinds. */
  readonly ownedKind: (manifest: KubeObject) => OwnedKind | undefined;
}

/** The view of a release, with the custom kinds of every component. */
export function viewOf(release: Release, owned: readonly OwnedKind[]): ReleaseView {
  const pinned = new Map(owned.map((one) => [one.kind, one]));
  const kinds = new Map<GroupKind, ReleaseObject[]>();
  for (const object of release.objects) {
    const kind = groupKind(object.manifest);
    const list = kinds.get(kind);
    if (list) list.push(object);
    else kinds.set(kind, [object]);
  }
  return {
    release,
    pods: release.objects.flatMap(podsOf),
    ofKind: (kind) => kinds.get(kind) ?? [],
    ownedKind: (manifest) => pinned.get(groupKind(manifest)),
  };
}
