/** Numbers that an environment would lower although their product only lets them grow. */

import { type JsonValue, valueAt } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import { groupKind, type KubeObject, objectId } from "#lib/kube/object";
import type { OwnedKind } from "#lib/kube/pin";
import { quantityOf } from "#lib/kube/quantity";
import type { Release } from "./release";

/** Objects of the release with fields that only grow, by kind. */
export function growingObjects(release: Release, kinds: readonly OwnedKind[]): ReadonlyMap<OwnedKind, readonly KubeObject[]> {
  const growing = kinds.filter(({ growsOnly = [] }) => growsOnly.length > 0);
  const found = growing.map((owned) => {
    const manifests = release.objects.map(({ manifest }) => manifest).filter((manifest) => groupKind(manifest) === owned.kind);
    return [owned, manifests] as const;
  });
  return new Map(found.filter(([, manifests]) => manifests.length > 0));
}

/** A problem for each field that would shrink; `live` are the objects of the kind that exist. */
export function shrinkProblems(
  { growsOnly = [] }: Pick<OwnedKind, "growsOnly">,
  wanted: readonly KubeObject[],
  live: readonly KubeObject[],
): Problem[] {
  const existing = new Map(live.map((object) => [objectId(object), object]));
  return wanted.flatMap((object) => {
    const now = existing.get(objectId(object));
    return now === undefined ? [] : growsOnly.flatMap((path) => shrunk(object, path, [valueAt(now, path), valueAt(object, path)]));
  });
}

function shrunk(object: KubeObject, path: readonly string[], [now, wanted]: readonly (JsonValue | undefined)[]): Problem[] {
  const [before, after] = [quantityOf(now), quantityOf(wanted)];
  if (before === undefined || after === undefined || after >= before) return [];
  return [
    {
      id: "cluster.shrinks",
      path: `${objectId(object)} ${path.join(".")}`,
      got: `${String(wanted)} for an object that exists with ${String(now)}`,
      allowed: `${String(now)} or more: its operator does not make it smaller`,
      fix: `set ${String(now)} again; for less, move the data to an object of another name`,
    },
  ];
}
