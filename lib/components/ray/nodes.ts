/** What clusters, jobs and services create beside their custom resource: the account of their pods, network flows and metrics. */

import { Construct } from "constructs";
import { parseImage } from "#lib/core/image-ref";
import { bucketFlows } from "#lib/kube/bucket-clients";
import { bucketSet } from "#lib/kube/bucket-set";
import { featureStoreFlow } from "#lib/kube/feature-store";
import { imageFor } from "#lib/kube/images";
import { registryFlow } from "#lib/kube/model-registry";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, type FlowProps, type PodsEnd } from "#lib/kube/network";
import { priorityOf } from "#lib/kube/ownership";
import { podAccount } from "#lib/kube/pod-parts";
import { bucketsWithModels } from "#lib/kube/pretrained-model";
import type { QueueEntry } from "#lib/kube/queue";
import { redisLocation } from "#lib/kube/redis";
import { clusterFlows, INSTANCE_LABEL, nodesOf, PORTS, type RayPlace } from "./flows";
import { rayImage } from "./pin";
import type { PodContext } from "./pods";
import type { NodesSettings, RayClusterSettings } from "./schema";

/** Name of a product's object, and its operator. */
export interface RayNamePlace {
  /** Name of the custom resource. */
  readonly name: string;
  /** The operator, which calls the head. */
  readonly operator: { readonly pods: PodsEnd };
}

/** Props of {@link RayNodes}. */
export interface RayNodesProps extends RayNamePlace {
  /** Kind of the custom resource, in lower case. */
  readonly kind: "raycluster" | "rayjob" | "rayservice" | "raycronjob";
  readonly settings: NodesSettings;
  /** @default none */
  readonly faultTolerance?: RayClusterSettings["faultTolerance"];
  /** How it enters its queue. @default it starts at once */
  readonly entry?: QueueEntry | undefined;
  /** Flows besides those of every cluster. @default none */
  readonly flows?: (place: RayPlace) => readonly FlowProps[];
}

/** Endings of the names of ServiceAccounts. KubeRay cuts a name after 50 characters. Source: KubeRay v1.7.0, utils.CheckName. */
const ENDING = { raycluster: "", rayjob: "-job", rayservice: "-svc", raycronjob: "-cron" } as const;

/** Account, flows and metrics of the pods of a cluster; the custom resource depends on it. */
export class RayNodes extends Construct implements IMonitored {
  public readonly monitoring: Monitoring;
  /** What pod templates are made from. */
  public readonly context: PodContext;
  /** Pods that run Ray. */
  public readonly pods: PodsEnd;

  public constructor(scope: Construct, id: string, props: RayNodesProps) {
    super(scope, id);
    const { name, kind, settings, operator, faultTolerance, entry, flows = () => [] } = props;
    const { namespace, outsidePorts } = settings;
    const all = bucketsWithModels(settings.buckets, settings.models);
    const buckets = bucketSet(all, namespace);
    const annotations = { ...settings.serviceAccountAnnotations, ...buckets.annotations };
    const instance = `${kind}-${name}`;
    // KubeRay gives the account of an autoscaled cluster a role; the autoscaler's container mounts its own token.
    const account = podAccount(this, { name: `${name}${ENDING[kind]}`, namespace, annotations });
    this.context = {
      instance,
      settings,
      serviceAccountName: account.name,
      annotations,
      buckets,
      queueLabels: (group) => entry?.podLabels?.(group) ?? {},
      priority: priorityOf(this),
      image: (accelerators) => this.image(settings, accelerators > 0 ? "gpu" : "cpu"),
    };
    const redisPort = faultTolerance && redisLocation(faultTolerance.redis).port;
    const place: RayPlace = {
      instance,
      namespace,
      operator: operator.pods,
      autoscaling: settings.autoscaling !== undefined,
      ...(redisPort !== undefined && { redisPort }),
      annotations,
      outsidePorts,
    };
    this.pods = nodesOf(place);
    this.monitoring = {
      targets: [
        {
          name: `ray-${namespace}.${instance}`,
          pods: this.pods,
          port: PORTS.metrics,
          podLabels: [INSTANCE_LABEL, "ray.io/cluster", "ray.io/node-type", "ray.io/group"],
        },
      ],
    };
    const ways = all.flatMap((bucket) => bucketFlows(bucket, instance, this.pods));
    const { modelRegistry, featureStore } = settings;
    if (modelRegistry) {
      allow(this, [registryFlow(modelRegistry, instance, this.pods)]);
      this.node.addDependency(modelRegistry);
    }
    if (featureStore) {
      allow(this, [featureStoreFlow(featureStore, instance, this.pods)]);
      this.node.addDependency(featureStore, featureStore.enter(namespace).dependency);
    }
    allow(this, [...clusterFlows(place), ...flows(place), ...ways]);
    const read = settings.models.map((model) => model.enter(namespace).dependency);
    this.node.addDependency(...buckets.dependencies, ...read);
    for (const pool of [settings.head, ...Object.values(settings.workers)].map((part) => part.pool))
      if (pool) this.node.addDependency(pool);
  }

  /** A wrong image was already reported; other problems must still be found. */
  private image({ image, version, python }: NodesSettings, variant: "cpu" | "gpu"): string {
    const reference = image ?? rayImage(version, python, variant);
    return parseImage(reference) ? imageFor(this, reference) : reference;
  }
}
