/** A training job: the runtime that describes its pods, and the TrainJob that runs it. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { bucketSet } from "#lib/kube/bucket-set";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, type PodsEnd } from "#lib/kube/network";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import { podAccount } from "#lib/kube/pod-parts";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { RegisteredRun, type RegistrationSettings } from "#lib/kube/registered-run";
import { trainJobProblems } from "./checks";
import { finishedJob } from "./finished-job";
import { jobFlows, jobMonitoring, jobPods } from "./flows";
import { FRAMEWORKS } from "./frameworks";
import { trainerPin } from "./pin";
import { bucketsOf, needsOf, type PodContext } from "./pods";
import { API_VERSION, jobName, jobSpec, trainingRuntime } from "./runtime";
import { type TrainJobProps, type TrainJobSettings, trainJobSchema } from "./schema";

/** Name of a job. */
export interface TrainJobPlace {
  /** Name in the environment. */
  readonly name: string;
}

/**
 * A training job. A TrainJob cannot be changed, so that a digest of its spec is part of the name: a changed job is another one, and replaces the
 * former. Its checkpoints stay where they are, so that it goes on from the last one.
 */
export class TrainJob extends Construct implements IMonitored {
  /** Name in the environment. */
  public readonly name: string;
  public readonly namespace: string;
  /** Pods of the job: one end of a network flow. */
  public readonly pods: PodsEnd;
  public readonly monitoring: Monitoring;

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
    this.monitoring = jobMonitoring(name, settings);
    if (!isSound(this)) return;
    const { namespace, serviceAccountAnnotations } = settings;
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
    this.node.addDependency(...needsOf(settings));
    if (settings.register) this.addRegistration(job, settings, settings.register);
  }

  private addRegistration(job: ApiObject, settings: TrainJobSettings, registration: RegistrationSettings): void {
    const { name, namespace } = this;
    const registered = new RegisteredRun(this, "Registered", {
      name: `${name}-register`,
      namespace,
      object: { group: "trainer.kubeflow.org", version: "v1alpha1", resource: "trainjobs", name: job.name },
      experiment: name,
      registration,
      result: finishedJob(name, settings),
    });
    registered.node.addDependency(job);
  }

  private addJob(settings: TrainJobSettings, context: PodContext): ApiObject {
    const { namespace, queue } = settings;
    const entry = queue?.enter(namespace);
    const name = jobName(context);
    const template = trainingRuntime(this, { name, context, labels: entry?.labels ?? {} });
    const job = new ApiObject(this, "Resource", {
      apiVersion: API_VERSION,
      kind: "TrainJob",
      metadata: { name, namespace, ...(entry && { labels: { ...entry.labels } }) },
      spec: jobSpec(settings, name),
    });
    job.node.addDependency(template, ...(entry ? [entry.dependency] : []));
    return job;
  }
}
