/** How many pods or claims an object makes of one template. */

import { type JsonObject, valueAt } from "#lib/core/json";
import { quantityOf } from "#lib/kube/quantity";
import type { ReleaseChart, ReleaseObject } from "#lib/release/release";
import type { ReleaseView } from "./view";

/** A template in an object, or in the values of a Helm release. */
export interface TemplateUse {
  readonly object: ReleaseObject | ReleaseChart;
  /** Path in it. */
  readonly at: string;
}

/** Copies that the object can come to make of a template of its pods or claims; one where nothing is said. */
export function copiesOf({ ownedKind }: Pick<ReleaseView, "ownedKind">, { object, at }: TemplateUse): number {
  if (!("manifest" in object)) return countAbove(object.values, at) ?? 1;
  const { manifest } = object;
  return countAbove(manifest, at) ?? ownedKind(manifest)?.copiesOf?.(manifest, at) ?? 1;
}

/** By what words the kinds say how many pods of a template there are; the most, where they say a range. */
const COUNTS = ["maxReplicas", "replicas", "count", "parallelism"];

/** The nearest count above the template. */
function countAbove(root: JsonObject, at: string): number | undefined {
  const path = at.split(/\.|\[(?=\d)|\](?:\.|$)/).filter((step) => step !== "");
  for (let depth = path.length - 1; depth > 0; depth--) {
    const around = valueAt(root, path.slice(0, depth));
    const found = COUNTS.map((word) => quantityOf(valueAt(around, [word]))).find((count) => count !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}
