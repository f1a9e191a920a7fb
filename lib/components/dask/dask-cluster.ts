/** A Dask cluster: a scheduler and workers that clients share. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import type { PodsEnd } from "#lib/kube/network";
import { operatorMode } from "#lib/kube/operator";
import { setOwner } from "#lib/kube/ownership";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import type { ITaskCluster } from "#lib/kube/task-cluster";
import type { IWebInterface, WebInterface } from "#lib/kube/web-interface";
import { clusterProblems } from "./checks";
import { MAXIMUM_ANNOTATION } from "./copies";
import { clientFlows } from "./flows";
import { type DaskNamePlace, DaskPods } from "./instance";
import { componentLabels, instanceOf, podsOf } from "./labels";
import { daskPin } from "./pin";
import { PORTS, schedulerTemplate, workerTemplate } from "./pods";
import { type DaskClusterProps, type DaskClusterSettings, daskClusterSchema } from "./schema";

const API = "kubernetes.dask.org/v1";

/** A Dask cluster. */
export class DaskCluster extends Construct implements ITaskCluster, IWebInterface {
  public readonly name: string;
  public readonly namespace: string;
  /** Address of the scheduler; it stays the same when the cluster is replaced. */
  public readonly address: string;
  public readonly image: string | undefined;
  public readonly workers: PodsEnd;
  public readonly scheduler: ITaskCluster["scheduler"];
  /** The dashboard of the scheduler. @default none with wrong props */
  public readonly webInterface: WebInterface | undefined;

  public constructor(scope: Construct, id: string, props: DaskClusterProps & DaskNamePlace) {
    super(scope, id);
    const { name, operator, ...own } = props;
    setOwner(this, daskPin.name);
    const settings = settingsOf(this, daskClusterSchema, own as DaskClusterProps, {
      checks: (each, path) => clusterProblems(name, each, path),
    });
    const { namespace, clients, workerGroups } = settings;
    const instance = { instance: instanceOf("cluster", name), namespace };
    this.name = name;
    this.namespace = namespace;
    this.image = settings.image;
    this.workers = podsOf(instance, "worker");
    this.scheduler = { pods: podsOf(instance, "scheduler"), ports: [{ port: PORTS.scheduler }] };
    this.address = `tcp://${name}.${namespace}.svc:${PORTS.scheduler}`;
    if (!isSound(this)) return;
    const pods = new DaskPods(this, "Pods", {
      name,
      kind: "cluster",
      settings,
      operator,
      pools: Object.values(workerGroups).map(({ pool }) => pool),
      flows: (place) => clientFlows(place, clients),
    });
    this.webInterface = {
      service: name,
      namespace,
      port: PORTS.schedulerHttp,
      pods: this.scheduler.pods,
      ports: [{ port: PORTS.schedulerHttp }],
      authentication: "none",
    };
    const cluster = this.addCluster(settings, pods);
    for (const group of Object.keys(workerGroups)) this.addGroup(group, settings, { pods, cluster });
    this.addAutoscaler(settings, cluster);
    this.addService(pods.context.instance, cluster);
  }

  private addCluster({ workers, autoscaling }: DaskClusterSettings, pods: DaskPods): ApiObject {
    const { name, namespace } = this;
    const { replicas, ...worker } = workerTemplate(pods.context, workers);
    // The name of the cluster is part of its own spec, so the digest has the name given here in its place.
    const unique = pods.nameFor(name, { scheduler: schedulerTemplate(pods.context, name), worker });
    const annotations = autoscaling && { [MAXIMUM_ANNOTATION]: `${autoscaling.max}` };
    const cluster = new ApiObject(this, "Resource", {
      apiVersion: API,
      kind: "DaskCluster",
      metadata: { name: unique, namespace, ...(annotations && { annotations }) },
      spec: { idleTimeout: 0, scheduler: schedulerTemplate(pods.context, unique), worker: { ...worker, replicas } },
    });
    cluster.node.addDependency(pods);
    return cluster;
  }

  private addGroup(
    group: string,
    { workerGroups }: DaskClusterSettings,
    { pods, cluster }: { readonly pods: DaskPods; readonly cluster: ApiObject },
  ): void {
    const settings = workerGroups[group];
    if (!settings) return;
    const { replicas, ...worker } = workerTemplate(pods.context, settings);
    const name = pods.nameFor(`${this.name}-${group}`, { cluster: cluster.name, worker });
    const resource = new ApiObject(this, `Group-${group}`, {
      apiVersion: API,
      kind: "DaskWorkerGroup",
      metadata: { name, namespace: this.namespace },
      spec: { cluster: cluster.name, worker: { ...worker, replicas } },
    });
    resource.node.addDependency(cluster);
  }

  private addAutoscaler({ autoscaling }: DaskClusterSettings, cluster: ApiObject): void {
    if (!autoscaling) return;
    const { min, max } = autoscaling;
    const autoscaler = new ApiObject(this, "Autoscaler", {
      apiVersion: API,
      kind: "DaskAutoscaler",
      metadata: { name: cluster.name, namespace: this.namespace },
      spec: { cluster: cluster.name, minimum: min, maximum: max },
    });
    autoscaler.node.addDependency(cluster);
  }

  /** A stable address of the scheduler, whatever the cluster of the current spec is called. */
  private addService(instance: string, cluster: ApiObject): void {
    const { name, namespace } = this;
    const ports = { "tcp-comm": PORTS.scheduler, "http-dashboard": PORTS.schedulerHttp };
    const service = new k8s.KubeService(this, "Service", {
      // A simulated operator makes no pods.
      metadata: { name, namespace, ...(operatorMode(this) === "simulated" && { labels: { [SIMULATED_LABEL]: "true" } }) },
      spec: {
        selector: { ...componentLabels(instance, "scheduler"), "dask.org/cluster-name": cluster.name },
        ports: Object.entries(ports).map(([port, number]) => ({ name: port, port: number, targetPort: k8s.IntOrString.fromString(port) })),
      },
    });
    service.node.addDependency(cluster);
  }
}
