/** Number of pods or claims that an object creates from a template. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
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
  const job = embedded(manifest, at);
  const beside = countAbove(job.manifest, job.at);
  const known = ownedKind(job.manifest)?.copiesOf?.(job.manifest, job.at);
  const one = known === undefined || beside === undefined ? (known ?? beside ?? 1) : Math.max(known, beside);
  return one * jobsOf({ ownedKind }, manifest);
}

/** Jobs like the one in the object that run at the same time. */
export function jobsOf({ ownedKind }: Pick<ReleaseView, "ownedKind">, manifest: KubeObject): number {
  return ownedKind(manifest)?.jobsOf?.(manifest) ?? 1;
}

/** The innermost object around a template: a search, for example, holds the job that it makes for each trial. */
function embedded(manifest: KubeObject, at: string): { readonly manifest: KubeObject; readonly at: string } {
  const path = pathOf(at);
  for (let depth = path.length - 1; depth > 0; depth--) {
    const inner = valueAt(manifest, path.slice(0, depth));
    if (isObject(inner)) return { manifest: inner, at: textOf(path.slice(depth)) };
  }
  return { manifest, at };
}

function isObject(value: JsonValue | undefined): value is KubeObject {
  return isJsonObject(value) && typeof value["apiVersion"] === "string" && typeof value["kind"] === "string";
}

/** Steps of a path such as `spec.jobs[0].template`. */
export function pathOf(at: string): string[] {
  return at.split(/\.|\[(?=\d)|\](?:\.|$)/).filter((step) => step !== "");
}

function textOf(path: readonly string[]): string {
  return path
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join("")
    .slice(1);
}

/** Fields with the number of pods of a template; for ranges, the maximum. */
const COUNTS = ["maxReplicas", "replicas", "count", "parallelism"];

/** The nearest count above the template. */
function countAbove(root: JsonObject, at: string): number | undefined {
  const path = pathOf(at);
  for (let depth = path.length - 1; depth > 0; depth--) {
    const around = valueAt(root, path.slice(0, depth));
    const found = COUNTS.map((word) => quantityOf(valueAt(around, [word]))).find((count) => count !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}
