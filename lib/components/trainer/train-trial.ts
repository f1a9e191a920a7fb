/** A job for the trials of a search: the runtime that describes its pods; the search makes the TrainJobs. */

import type { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { isJsonObject } from "#lib/core/json";
import { bucketSet } from "#lib/kube/bucket-set";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, type PodsEnd } from "#lib/kube/network";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import { environmentVariables, podAccount } from "#lib/kube/pod-parts";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import type { QueuedPods } from "#lib/kube/queue";
import {
  type ITrialJob,
  JOBS_ANNOTATION,
  TRIAL_LABEL,
  type TrialManifest,
  type TrialParameter,
  type TrialSearch,
} from "#lib/kube/trial-job";
import { trainJobProblems } from "./checks";
import { jobFlows, jobMonitoring, jobPods } from "./flows";
import { FRAMEWORKS, hasLauncher } from "./frameworks";
import { LAUNCHER, NODE } from "./labels";
import { trainerPin } from "./pin";
import { bucketsOf, needsOf } from "./pods";
import { API_VERSION, jobName, jobSpec, trainingRuntime } from "./runtime";
import { type TrainJobSettings, type TrainTrialProps, trainTrialSchema } from "./schema";
import type { TrainJobPlace } from "./train-job";

/** `<job>-launcher-0-<node>-<5 characters>` is a name of at most 63 characters. Source: JobSet v0.12.0, jobset_webhook.go. */
const LONGEST_NAME = 41;

/** A job for trials. */
export class TrainTrial extends Construct implements ITrialJob, IMonitored {
  /** Name in the environment. */
  public readonly name: string;
  public readonly namespace: string;
  public readonly kind = { group: "trainer.kubeflow.org", version: "v1alpha1", kind: "TrainJob", resources: ["trainjobs"] };
  public readonly owners = [
    { group: "jobset.x-k8s.io", resources: ["jobsets"] },
    { group: "batch", resources: ["jobs"] },
  ];
  public readonly longestName = LONGEST_NAME;
  public readonly pods: PodsEnd;
  public readonly monitoring: Monitoring;
  // Source: Katib v0.19.0, experiments/v1beta1/constants.go.
  public readonly conditions = {
    success: 'status.conditions.#(type=="Complete")#|#(status=="True")#',
    failure: 'status.conditions.#(type=="Failed")#|#(status=="True")#',
  };
  private readonly settings: TrainJobSettings;
  private readonly searches: TrialSearch[] = [];
  private readonly runtime: ApiObject | undefined;

  public constructor(scope: Construct, id: string, props: TrainTrialProps & TrainJobPlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, trainerPin.name);
    const settings = settingsOf(this, trainTrialSchema, own as TrainTrialProps, {
      checks: (each, path) => trainJobProblems(name, each, path),
    });
    this.name = name;
    this.namespace = settings.namespace;
    this.settings = settings;
    // A job of the same name has pods of its own.
    const pods = `trial-${name}`;
    this.pods = jobPods(pods, settings.namespace);
    this.monitoring = jobMonitoring(pods, settings);
    if (!isSound(this)) return;
    const { namespace, serviceAccountAnnotations } = settings;
    const buckets = bucketSet(bucketsOf(settings), namespace);
    const annotations = { ...serviceAccountAnnotations, ...buckets.annotations };
    const context = {
      name: pods,
      settings,
      image: imageFor(this, settings.image ?? trainerPin.images[FRAMEWORKS[settings.framework.type].image]),
      account: podAccount(this, { name: `${pods}-train`, namespace, annotations }).name,
      annotations,
      buckets,
      priority: priorityOf(this),
      labels: { [TRIAL_LABEL]: name },
      reports: true,
    };
    this.runtime = trainingRuntime(this, { name: jobName(context), context, labels: {} });
    this.runtime.metadata.addAnnotation(JOBS_ANNOTATION, "0");
    this.runtime.node.addDependency(...buckets.dependencies);
    allow(this, jobFlows(pods, settings, annotations));
    this.node.addDependency(...needsOf(settings));
  }

  public get jobPods(): readonly QueuedPods[] {
    const { nodes, cpu, memory, accelerators, pool } = this.settings;
    return [{ count: nodes, cpu, memory, accelerators, ...(pool && { pool: pool.name }) }];
  }

  public get reporter(): ITrialJob["reporter"] {
    const first: Readonly<Record<string, string>> = hasLauncher(this.settings.framework.type)
      ? { "jobset.sigs.k8s.io/replicatedjob-name": LAUNCHER }
      : { "jobset.sigs.k8s.io/replicatedjob-name": NODE, "batch.kubernetes.io/job-completion-index": "0" };
    return { container: NODE, podLabels: first, command: true };
  }

  public get queue(): ITrialJob["queue"] {
    const [first] = this.searches;
    return first && { ...(first.queue !== undefined && { name: first.queue }) };
  }

  public enter(search: TrialSearch): void {
    this.searches.push(search);
    const parallel = this.searches.reduce((all, one) => all + one.parallel, 0);
    this.runtime?.metadata.addAnnotation(JOBS_ANNOTATION, `${parallel}`);
    for (const [key, value] of Object.entries(search.labels)) this.runtime?.metadata.addLabel(key, value);
  }

  public job(parameters: readonly TrialParameter[], variables: Readonly<Record<string, string>> = {}): TrialManifest {
    // Recipes of TorchTune take values of their configuration without hyphens.
    const prefix = this.settings.framework.type === "torchtune" ? "" : "--";
    const args = parameters.map(({ name, placeholder }) => `${prefix}${name}=${placeholder}`);
    const { trainer, ...spec } = jobSpec(this.settings, this.runtime?.name ?? "", args);
    const env = environmentVariables(variables);
    const told = isJsonObject(trainer) && env.length > 0 ? { ...trainer, env } : trainer;
    return { apiVersion: API_VERSION, kind: "TrainJob", spec: { ...spec, trainer: told } };
  }
}
