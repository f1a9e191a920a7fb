/** A training job: the runtime that describes its pods, and the TrainJob that runs it. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { digest } from "#lib/core/digest";
import type { JsonObject } from "#lib/core/json";
import { bucketSet } from "#lib/kube/bucket-set";
import { imageFor } from "#lib/kube/images";
import { allow, type PodsEnd } from "#lib/kube/network";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import { podAccount } from "#lib/kube/pod-parts";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { DIGEST_LENGTH, trainJobProblems } from "./checks";
import { jobFlows, jobPods } from "./flows";
import { FRAMEWORKS, processesOf } from "./frameworks";
import { trainerPin } from "./pin";
import { bucketsOf, type PodContext } from "./pods";
import { runtimeSpec } from "./runtime";
import { type TrainJobProps, type TrainJobSettings, trainJobSchema } from "./schema";

/** Name of a job. */
export interface TrainJobPlace {
  /** Name in the environment. */
  readonly name: string;
}

const API_VERSION = "trainer.kubeflow.org/v1alpha1";

/**
 * A training job. A TrainJob cannot be changed, so that a digest of its spec is part of the name: a changed job is another one, and replaces the
 * former. Its checkpoints stay where they are, so that it goes on from the last one.
 */
export class TrainJob extends Construct {
  /** Name in the environment. */
  public readonly name: string;
  public readonly namespace: string;
  /** Pods of the job: one end of a network flow. */
  public readonly pods: PodsEnd;

  public constructor(scope: Construct, id: string, props: TrainJobProps & TrainJobPlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, trainerPin.name);
    const settings = settingsOf(this, trainJobSchema, own as TrainJobProps, {
      checks: (each, path) => trainJobProblems(name, each, path),
    });
    this.name = name;
    this.namespace = settings.namespace;
    this.pods = jobPods(name, settings.namespace);
    if (!isSound(this)) return;
    const { namespace, serviceAccountAnnotations, pool, modelRegistry } = settings;
    const buckets = bucketSet(bucketsOf(settings), namespace);
    const annotations = { ...serviceAccountAnnotations, ...buckets.annotations };
    const account = podAccount(this, { name: `${name}-train`, namespace, annotations });
    const job = this.addJob(settings, {
      name,
      settings,
      image: imageFor(this, settings.image ?? trainerPin.images[FRAMEWORKS[settings.framework.type].image]),
      account: account.name,
      annotations,
      buckets,
      priority: priorityOf(this),
    });
    job.node.addDependency(account, ...buckets.dependencies);
    allow(this, jobFlows(name, settings, annotations));
    for (const needed of [pool, modelRegistry]) if (needed) this.node.addDependency(needed);
  }

  private addJob(settings: TrainJobSettings, context: PodContext): ApiObject {
    const { namespace, queue } = settings;
    const runtime = runtimeSpec(context);
    const name = `${context.name}-${digest({ runtime, ...limits(settings) }).slice(0, DIGEST_LENGTH)}`;
    const labels = { "trainer.kubeflow.org/framework": FRAMEWORKS[settings.framework.type].label };
    const template = new ApiObject(this, "Runtime", {
      apiVersion: API_VERSION,
      kind: "TrainingRuntime",
      metadata: { name, namespace, labels },
      spec: runtime,
    });
    const entry = queue?.enter(namespace);
    const job = new ApiObject(this, "Resource", {
      apiVersion: API_VERSION,
      kind: "TrainJob",
      metadata: { name, namespace, ...(entry && { labels: { ...entry.labels } }) },
      spec: {
        runtimeRef: { apiGroup: "trainer.kubeflow.org", kind: "TrainingRuntime", name },
        // Without it, the operator sets no variables. Source: Kubeflow Trainer v2.3.0, plugins/torch/torch.go.
        trainer: trainerOf(settings),
        managedBy: "trainer.kubeflow.org/trainjob-controller",
        ...limits(settings),
      },
    });
    job.node.addDependency(template, ...(entry ? [entry.dependency] : []));
    return job;
  }
}

function trainerOf(settings: TrainJobSettings): JsonObject {
  const several = FRAMEWORKS[settings.framework.type].processes === "several";
  return { numNodes: settings.nodes, ...(several && { numProcPerNode: processesOf(settings) }) };
}

function limits({ deadline }: TrainJobSettings): JsonObject {
  return deadline ? { activeDeadlineSeconds: deadline.seconds } : {};
}
