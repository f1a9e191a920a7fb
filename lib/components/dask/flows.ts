/** Network flows of a cluster or job. */

import { bucketFlows } from "#lib/kube/bucket-clients";
import { identityFlows } from "#lib/kube/identity";
import type { MetricsTarget } from "#lib/kube/monitoring";
import { type FlowProps, OUTSIDE, type PodsEnd, pods } from "#lib/kube/network";
import { allPodsOf, COMPONENT_LABEL, type DaskInstance, INSTANCE_LABEL, podsOf } from "./labels";
import { PORTS } from "./pods";
import type { CommonSettings } from "./schema";

/** A cluster or job and who calls it. */
export interface DaskPlace extends DaskInstance {
  /** The operator, which asks schedulers for the number of workers and retires some. */
  readonly operator: PodsEnd;
  readonly settings: CommonSettings;
  /** Annotations of the ServiceAccount. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Flows of every cluster: a scheduler and its workers run whatever they are sent, so that all other ways are closed. */
export function daskFlows(place: DaskPlace): FlowProps[] {
  const { instance, operator, settings, annotations } = place;
  const all = allPodsOf(place);
  const scheduler = podsOf(place, "scheduler");
  const workers = podsOf(place, "worker");
  const { outsidePorts } = settings;
  return [
    { name: `${instance}-to-scheduler`, from: all, to: scheduler, ports: [{ port: PORTS.scheduler }] },
    {
      name: `${instance}-to-workers`,
      from: all,
      to: workers,
      ports: [{ port: PORTS.workerHttp }, { port: PORTS.worker }, { port: PORTS.nanny }],
    },
    { name: `${instance}-operator`, from: operator, to: scheduler, ports: [{ port: PORTS.scheduler }, { port: PORTS.schedulerHttp }] },
    ...settings.buckets.flatMap((bucket) => bucketFlows(bucket, instance, all)),
    ...(outsidePorts.length > 0
      ? [{ name: `${instance}-outside`, from: all, to: OUTSIDE, ports: outsidePorts.map((port) => ({ port })) }]
      : []),
    ...identityFlows(instance, all, annotations),
  ];
}

/** Pods of other namespaces that use the scheduler. */
export function clientFlows(place: DaskInstance, namespaces: readonly string[]): FlowProps[] {
  return namespaces.map((namespace) => ({
    name: `${namespace}-to-${place.instance}`,
    from: pods(namespace),
    to: podsOf(place, "scheduler"),
    ports: [{ port: PORTS.scheduler }, { port: PORTS.schedulerHttp }],
  }));
}

/** Metrics of the scheduler and of the workers. */
export function daskTargets(place: DaskInstance): MetricsTarget[] {
  const podLabels = [INSTANCE_LABEL, COMPONENT_LABEL];
  const name = `dask-${place.namespace}.${place.instance}`;
  return [
    { name: `${name}.scheduler`, pods: podsOf(place, "scheduler"), port: PORTS.schedulerHttp, podLabels },
    { name: `${name}.worker`, pods: podsOf(place, "worker"), port: PORTS.workerHttp, podLabels },
  ];
}
