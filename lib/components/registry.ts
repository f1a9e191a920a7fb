/** Derived from the catalog: the sections of the environment file, and the readiness of every kind. */

import { compareText } from "#lib/core/order";
import { type AnySection, isSection } from "#lib/environment/section";
import type { OwnedKind } from "#lib/kube/pin";
import type { ReadinessTable } from "#lib/kube/readiness";
import * as components from "./catalog";

/** The section of every component, in the order of their keys. */
export const catalog: readonly AnySection[] = Object.values<unknown>(components)
  .filter(isSection)
  .sort((a, b) => compareText(a.key, b.key));

/** Every custom kind of the components' operators. */
export const ownedKinds: readonly OwnedKind[] = catalog.flatMap(({ pin }) => pin.kinds);

/** The readiness row of every custom kind. */
export const readinessTable: ReadinessTable = new Map(ownedKinds.map((owned) => [owned.kind, owned.readiness]));
