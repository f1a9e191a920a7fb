/** Inventory: objects of an environment in a cluster, and their fate on destroy. */

import { compareText } from "#lib/core/order";
import { COMPONENT_LABEL, STAGE_LABEL } from "#lib/kube/labels";
import { groupKind, type KubeObject, objectId } from "#lib/kube/object";
import { RETAINED } from "./assemble";
import type { Release, Retention } from "./release";

/** An object in the cluster. */
export interface InventoryEntry {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** @default the object belongs to no namespace */
  readonly namespace?: string;
  readonly stage: string;
  readonly component: string;
  /** Is it part of the current release? */
  readonly declared: boolean;
  readonly retention: Retention;
}

/** The objects found in a cluster, sorted by id, without those that controllers created for them. */
export function inventoryOf(found: readonly KubeObject[], release: Release): InventoryEntry[] {
  const declared = new Map(release.objects.map((object) => [object.id, object.retention]));
  const own = found.filter((object) => !isMadeByController(object));
  const holding = new Set(own.filter((object) => RETAINED.has(groupKind(object))).map(({ metadata }) => metadata.namespace));
  return own.map((object) => entryOf(object, declared, holding)).sort((a, b) => compareText(a.id, b.id));
}

/** Endpoints have the labels of their Service and no owner reference. */
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
