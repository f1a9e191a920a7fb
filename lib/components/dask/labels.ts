/** Labels of Dask's pods. */

import { type PodsEnd, pods } from "#lib/kube/network";

/** Label of all pods of one cluster or job: the names of DaskClusters change with their specs. */
export const INSTANCE_LABEL = "beamstack-iac/dask";

/** The operator's own label. Source: dask-kubernetes 2026.3.0, controller.py. */
export const COMPONENT_LABEL = "dask.org/component";

/** Value of {@link COMPONENT_LABEL}. */
export type DaskComponent = "scheduler" | "worker" | "job-runner";

/** A cluster or job, by namespace and value of {@link INSTANCE_LABEL}. */
export interface DaskInstance {
  readonly namespace: string;
  readonly instance: string;
}

/** Value of {@link INSTANCE_LABEL}. */
export function instanceOf(kind: "cluster" | "job", name: string): string {
  return `dask${kind}-${name}`;
}

/** Labels of one component of an instance. */
export function componentLabels(instance: string, component: DaskComponent): Readonly<Record<string, string>> {
  return { [INSTANCE_LABEL]: instance, [COMPONENT_LABEL]: component };
}

/** Pods of one component. */
export function podsOf({ namespace, instance }: DaskInstance, component: DaskComponent): PodsEnd {
  return pods(namespace, componentLabels(instance, component));
}

/** Every pod of an instance. */
export function allPodsOf({ namespace, instance }: DaskInstance): PodsEnd {
  return pods(namespace, { [INSTANCE_LABEL]: instance });
}
