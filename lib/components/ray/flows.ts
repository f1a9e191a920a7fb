/** Ports of Ray, and network flows of a cluster. */

import { identityFlows } from "#lib/kube/identity";
import { apiServerFlow, type FlowProps, OUTSIDE, type PodsEnd, pods } from "#lib/kube/network";
import { redisFlow } from "#lib/kube/redis";

/** Ports. Source: KubeRay v1.7.0, controllers/ray/utils/constant.go. */
export const PORTS = { gcs: 6379, client: 10001, dashboard: 8265, serve: 8000, metrics: 8080 } as const;

/** Label of all pods of one RayCluster, RayJob, RayService or RayCronJob: clusters of jobs and services have generated names. */
export const INSTANCE_LABEL = "app.kubernetes.io/instance";

/** A cluster and who calls it. */
export interface RayPlace {
  /** Value of {@link INSTANCE_LABEL}. */
  readonly instance: string;
  readonly namespace: string;
  /** The operator, which asks the dashboard for the state of jobs and services. */
  readonly operator: PodsEnd;
  /** Does the head call the API server? */
  readonly autoscaling: boolean;
  /** Port of Redis. @default no Redis */
  readonly redisPort?: number;
  /** Annotations of the ServiceAccount. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Ports outside of the cluster. */
  readonly outsidePorts: readonly number[];
}

/** Pods of a cluster that run Ray. */
export function nodesOf({ instance, namespace }: Pick<RayPlace, "instance" | "namespace">, type?: "head" | "worker"): PodsEnd {
  return pods(namespace, { [INSTANCE_LABEL]: instance, "ray.io/is-ray-node": "yes", ...(type && { "ray.io/node-type": type }) });
}

/** Flows of every cluster: all other ways to its dashboard, which runs whatever it is sent, are closed. */
export function clusterFlows(place: RayPlace): FlowProps[] {
  const { instance, operator, autoscaling, redisPort, annotations, outsidePorts } = place;
  const nodes = nodesOf(place);
  const head = nodesOf(place, "head");
  return [
    // Raylets, object managers and workers use random ports.
    { name: `${instance}-internal`, from: nodes, to: nodes, ports: [] },
    { name: `${instance}-operator`, from: operator, to: head, ports: [{ port: PORTS.dashboard }, { port: PORTS.serve }] },
    ...(outsidePorts.length > 0
      ? [{ name: `${instance}-outside`, from: nodes, to: OUTSIDE, ports: outsidePorts.map((port) => ({ port })) }]
      : []),
    ...(autoscaling ? [apiServerFlow(instance, head)] : []),
    ...(redisPort === undefined ? [] : redisFlows(place, redisPort)),
    ...identityFlows(instance, nodes, annotations),
  ];
}

/** The pod that submits a driver and follows its log. */
export function submitterFlow(place: RayPlace): FlowProps {
  const from = pods(place.namespace, { [INSTANCE_LABEL]: place.instance, "ray.io/node-type": "submitter" });
  return { name: `${place.instance}-submit`, from, to: nodesOf(place, "head"), ports: [{ port: PORTS.dashboard }] };
}

/** Pods of other namespaces that use Ray's client, submit jobs or send requests. */
export function callerFlows(place: RayPlace, namespaces: readonly string[], ports: readonly (keyof typeof PORTS)[]): FlowProps[] {
  return namespaces.map((namespace) => ({
    name: `${namespace}-to-${place.instance}`,
    from: pods(namespace),
    to: ports.includes("client") ? nodesOf(place, "head") : nodesOf(place),
    ports: ports.map((port) => ({ port: PORTS[port] })),
  }));
}

/** The head, and the Job by which KubeRay removes the state of a deleted cluster. */
function redisFlows(place: RayPlace, port: number): FlowProps[] {
  const cleanup = pods(place.namespace, { [INSTANCE_LABEL]: place.instance, "ray.io/node-type": "redis-cleanup" });
  return [redisFlow(`${place.instance}-redis`, nodesOf(place, "head"), port), redisFlow(`${place.instance}-redis-cleanup`, cleanup, port)];
}
