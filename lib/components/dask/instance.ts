/** What clusters and jobs create beside their custom resource: the account of their pods, network flows and metrics. */

import { Construct, type IDependable } from "constructs";
import { digest } from "#lib/core/digest";
import { parseImage } from "#lib/core/image-ref";
import type { JsonObject } from "#lib/core/json";
import { bucketSet } from "#lib/kube/bucket-set";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, type FlowProps, type PodsEnd } from "#lib/kube/network";
import { priorityOf } from "#lib/kube/ownership";
import { podAccount } from "#lib/kube/pod-parts";
import { pullSecretsOf } from "#lib/kube/pull-secrets";
import { type DaskPlace, daskFlows, daskTargets } from "./flows";
import { instanceOf } from "./labels";
import { daskPin } from "./pin";
import type { PodContext } from "./pods";
import type { CommonSettings, WorkersSettings } from "./schema";

/** Name of a cluster or job, and its operator. */
export interface DaskNamePlace {
  readonly name: string;
  /** The operator, which calls schedulers. */
  readonly operator: { readonly pods: PodsEnd; readonly operator: IDependable };
}

/** Props of a {@link DaskPods}. */
export interface DaskPodsProps extends DaskNamePlace {
  readonly kind: "cluster" | "job";
  readonly settings: CommonSettings;
  /** Pods besides scheduler and workers. @default none */
  readonly pools?: readonly WorkersSettings["pool"][];
  /** Flows besides those of every cluster. @default none */
  readonly flows?: (place: DaskPlace) => readonly FlowProps[];
}

/** Account, flows and metrics of the pods of a cluster or job; its custom resource depends on it. */
export class DaskPods extends Construct implements IMonitored {
  public readonly monitoring: Monitoring;
  /** What pod templates are made from. */
  public readonly context: PodContext;

  public constructor(scope: Construct, id: string, props: DaskPodsProps) {
    super(scope, id);
    const { name, kind, settings, operator, pools = [], flows = () => [] } = props;
    const { namespace } = settings;
    const instance = instanceOf(kind, name);
    const buckets = bucketSet(settings.buckets, namespace);
    const annotations = { ...settings.serviceAccountAnnotations, ...buckets.annotations };
    const account = podAccount(this, { name: instance, namespace, annotations });
    const common = { ...settings, serviceAccountAnnotations: annotations };
    this.context = { instance, account: account.name, image: this.imageOf(settings), priority: priorityOf(this), common, buckets };
    const place: DaskPlace = { instance, namespace, operator: operator.pods, settings, annotations };
    this.monitoring = { targets: daskTargets(place) };
    allow(this, [...daskFlows(place), ...flows(place)]);
    this.node.addDependency(operator.operator, ...buckets.dependencies);
    for (const pool of [settings.scheduler.pool, settings.workers.pool, ...pools]) if (pool) this.node.addDependency(pool);
  }

  /**
   * A name that changes with everything that the operator ignores after creation: a change is a new object in the plan, and the old one is
   * deleted. Source: dask-kubernetes 2026.3.0, controller.py: only the number of workers has a handler for updates.
   */
  public nameFor(prefix: string, ignored: JsonObject): string {
    return `${prefix}-${digest({ ignored, pullSecrets: [...pullSecretsOf(this)] }).slice(0, 8)}`;
  }

  /** A wrong image was already reported; other problems must still be found. */
  private imageOf({ image = daskPin.images.dask }: CommonSettings): string {
    return parseImage(image) ? imageFor(this, image) : image;
  }
}
