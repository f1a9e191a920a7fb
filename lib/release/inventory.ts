/** What of an environment is in a cluster, and what becomes of it on destroy. */

import { compareText } from "#lib/core/order";
import { COMPONENT_LABEL, STAGE_LABEL } from "#lib/kube/labels";
import { groupKind, type KubeObject, objectId } from "#lib/kube/object";
import { RETAINED } from "./assemble";
import type { Release, Retention } from "./release";

/** One object that is in the cluster. */
export interface InventoryEntry {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** @default the object belongs to no namespace */
  readonly namespace?: string;
  readonly stage: string;
  readonly component: string;
  /** Does the environment, as it is written now, still ask for it? */
  readonly declared: boolean;
  readonly retention: Retention;
}

/** The objects found in a cluster, sorted by id. What a controller made for one of them is part of that one. */
export function inventoryOf(found: readonly KubeObject[], release: Release): InventoryEntry[] {
  const declared = new Map(release.objects.map((object) => [object.id, object.retention]));
  const own = found.filter((object) => !isMadeByController(object));
  const holding = new Set(own.filter((object) => RETAINED.has(groupKind(object))).map(({ metadata }) => metadata.namespace));
  return own.map((object) => entryOf(object, declared, holding)).sort((a, b) => compareText(a.id, b.id));
}

/** Endpoints take the labels of their Service and name no owner. */
function isMadeByController(object: KubeObject): boolean {
  const owners = object.metadata["ownerReferences"];
  return groupKind(object) === "core/Endpoints" || (Array.isArray(owners) && owners.length > 0);
}

function entryOf(object: KubeObject, declared: ReadonlyMap<string, Retention>, holding: ReadonlySet<string | undefined>): InventoryEntry {
  const { name, namespace, labels = {} } = object.metadata;
  const id = objectId(object);
  const kept = RETAINED.has(groupKind(object)) || (groupKind(object) === "core/Namespace" && holding.has(name));
  return {
    id,
    kind: object.kind,
    name,
    ...(namespace !== undefined && { namespace }),
    stage: labels[STAGE_LABEL] ?? "",
    component: labels[COMPONENT_LABEL] ?? "",
    declared: declared.has(id),
    retention: declared.get(id) ?? (kept ? "retain" : "delete"),
  };
}
