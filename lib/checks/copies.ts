/** Number of pods or claims that an object creates from a template. */

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

/** Upper limit of copies of a template; one if the object has no number. */
export function copiesOf({ ownedKind }: Pick<ReleaseView, "ownedKind">, { object, at }: TemplateUse): number {
  if (!("manifest" in object)) return countAbove(object.values, at) ?? 1;
  const { manifest } = object;
  const beside = countAbove(manifest, at);
  const known = ownedKind(manifest)?.copiesOf?.(manifest, at);
  return known === undefined || beside === undefined ? (known ?? beside ?? 1) : Math.max(known, beside);
}

/** Fields with the number of pods of a template; for ranges, the maximum. */
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
