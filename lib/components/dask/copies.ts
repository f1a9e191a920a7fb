/** Facts of Dask's objects that rules ask for: numbers and labels of pods. */

import { valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { quantityOf } from "#lib/kube/quantity";
import { componentLabels, type DaskComponent, INSTANCE_LABEL } from "./labels";

/** Annotation of a DaskCluster: the most workers that its autoscaler starts. */
export const MAXIMUM_ANNOTATION = "beamstack-iac/dask-maximum";

/** Workers up to the limit of the autoscaler. */
export function workersOf(object: KubeObject, at: string): number | undefined {
  return at === "spec.worker.spec" ? quantityOf(valueAt(object, ["metadata", "annotations", MAXIMUM_ANNOTATION])) : undefined;
}

/** Labels of the pods of an object, from the template at `path`. */
export function labelsAt(path: readonly string[], ...components: DaskComponent[]) {
  return (object: KubeObject): Readonly<Record<string, string>>[] => {
    const instance = valueAt(object, [...path, "metadata", "labels", INSTANCE_LABEL]);
    return typeof instance === "string" ? components.map((component) => componentLabels(instance, component)) : [];
  };
}
