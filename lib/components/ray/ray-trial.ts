/** A job for the trials of a search: account, flows and metrics of its pods; the search makes the RayJobs. */

import { Construct } from "constructs";
import { isJsonObject, replaceAt, valueAt } from "#lib/core/json";
import type { PodsEnd } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { QueuedPods } from "#lib/kube/queue";
import { type ITrialJob, reportingPod, TRIAL_LABEL, type TrialManifest, type TrialParameter, type TrialSearch } from "#lib/kube/trial-job";
import { rayJobProblems } from "./job-checks";
import { type RayNamePlace, RayNodes } from "./nodes";
import { rayPin } from "./pin";
import { podsOf } from "./placement-checks";
import type { PodContext } from "./pods";
import { jobSpec } from "./ray-job";
import { type RayJobSettings, type RayTrialProps, rayTrialSchema } from "./schema";

const HEAD = ["rayClusterSpec", "headGroupSpec", "template"];

/** Where a pod template keeps its labels. */
const HEAD_LABELS = [...HEAD, "metadata", "labels"];

const HEAD_POD = [...HEAD, "spec"];

/**
 * A job for trials. The driver runs on the head and reports metrics by itself: a search reads the output of a container's command only, which is the
 * cluster's here.
 */
export class RayTrial extends Construct implements ITrialJob {
  /** Name in the environment. */
  public readonly name: string;
  public readonly namespace: string;
  public readonly kind = { group: "ray.io", version: "v1", kind: "RayJob", resources: ["rayjobs"] };
  public readonly owners = [{ group: "ray.io", resources: ["rayclusters"] }];
  // Source: KubeRay v1.7.0, utils/validation.go.
  public readonly longestName = 46;
  public readonly jobPods: readonly QueuedPods[];
  public readonly pods: PodsEnd;
  public readonly reporter = { container: "ray-head", podLabels: { "ray.io/node-type": "head" }, command: false };
  // A condition is an object. Source: Katib v0.19.0, trial/util/job_util.go; KubeRay v1.7.0, rayjob_types.go.
  public readonly conditions = {
    success: 'status.[@this].#(jobDeploymentStatus=="Complete")#',
    failure: 'status.[@this].#(jobDeploymentStatus=="Failed")#',
  };
  private readonly settings: RayJobSettings;
  private readonly context: PodContext;
  private readonly searches: TrialSearch[] = [];

  public constructor(scope: Construct, id: string, props: RayTrialProps & RayNamePlace) {
    super(scope, id);
    const { name, operator, ...own } = props;
    setOwner(this, rayPin.name);
    const settings = settingsOf(this, rayTrialSchema, own as RayTrialProps, {
      checks: (each, path) => rayJobProblems(name, asJob(each), path),
    });
    this.name = name;
    this.namespace = settings.namespace;
    this.settings = asJob(settings);
    this.jobPods = podsOf(this.settings).map(({ count, cpu, memory, accelerators, pool }) => ({
      count,
      cpu,
      memory,
      accelerators,
      ...(pool && { pool: pool.name }),
    }));
    // A job of the same name has pods of its own.
    const nodes = new RayNodes(this, "Nodes", { name: `trial-${name}`, kind: "rayjob", settings: this.settings, operator });
    this.context = nodes.context;
    this.pods = nodes.pods;
  }

  public get queue(): ITrialJob["queue"] {
    const [first] = this.searches;
    return first && { ...(first.queue !== undefined && { name: first.queue }) };
  }

  public enter(search: TrialSearch): void {
    this.searches.push(search);
  }

  public job(parameters: readonly TrialParameter[], variables: Readonly<Record<string, string>> = {}): TrialManifest {
    const entrypoint = [this.settings.entrypoint, ...parameters.map(({ name, placeholder }) => `--${name}=${placeholder}`)].join(" ");
    const spec = jobSpec({ ...this.settings, entrypoint }, this.context);
    const labelled = replaceAt(spec, [...HEAD_LABELS, TRIAL_LABEL], this.name);
    const head = valueAt(labelled, HEAD_POD);
    if (!isJsonObject(labelled) || !isJsonObject(head)) throw new Error("the spec of a RayJob is no object");
    const reporting = Object.keys(variables).length > 0 ? replaceAt(labelled, HEAD_POD, reportingPod(head, variables)) : labelled;
    return { apiVersion: "ray.io/v1", kind: "RayJob", spec: isJsonObject(reporting) ? reporting : labelled };
  }
}

/** A trial runs once, on a cluster of a fixed size that ends with it. */
function asJob(settings: Omit<RayJobSettings, "retries" | "submission">): RayJobSettings {
  return { ...settings, retries: 0, submission: "http" };
}
