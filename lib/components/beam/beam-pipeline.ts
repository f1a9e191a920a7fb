/** A Beam pipeline on Flink: the file in a ConfigMap, and a Job that submits it and ends as the pipeline ends. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { jobServerImage, pairProblems } from "#lib/beam/matrix";
import { digest } from "#lib/core/digest";
import type { JsonObject } from "#lib/core/json";
import { isError } from "#lib/core/problem";
import type { IBeamRunner } from "#lib/kube/beam-runner";
import { imageFor } from "#lib/kube/images";
import { allow, pods } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import type { IVectorStore } from "#lib/kube/vector-store";
import { beamPipelineProblems } from "./checks";
import { type CompiledPipeline, compilePipeline } from "./compile";
import { pipelineFlows } from "./flows";
import { type JobPlan, jobSpec } from "./job";
import { beamPin } from "./pin";
import type { BeamPipelineProps } from "./props";

/** Where a pipeline goes, what runs it, and which line asked for it. */
export interface BeamPipelinePlace {
  /** The engine. */
  readonly runner: IBeamRunner;
  /** Name of the pipeline: 1 to 50 of a-z, 0-9 and -. */
  readonly name: string;
  /** @default the runner's namespace */
  readonly namespace?: string;
  /** Stores that the pipeline reads or writes: its workers are let through to them. @default none */
  readonly stores?: readonly IVectorStore[];
  /** Path in the environment file. @default the construct's path */
  readonly source?: string;
}

/** A pipeline on its way to a runner. */
interface Submission {
  readonly name: string;
  readonly runner: IBeamRunner;
  readonly stores: readonly IVectorStore[];
  readonly props: BeamPipelineProps;
}

/** Label of a submitter's pods: the name of their pipeline. */
const PIPELINE_LABEL = "beamstack-iac/pipeline";

/** A Beam pipeline. A change of anything in it makes a new Job and a new version of the job in Flink. */
export class BeamPipeline extends Construct {
  /** Namespace of the Job. */
  public readonly namespace: string;
  /** Name of the Job and of the job in Flink: `<name>-<8 hex digits of everything in it>`; `undefined` where the props are wrong. */
  public readonly jobName: string | undefined;

  public constructor(scope: Construct, id: string, props: BeamPipelineProps & BeamPipelinePlace) {
    super(scope, id);
    const { runner, name, namespace = runner.namespace, stores = [], source, ...own } = props;
    const path = source ?? this.node.path;
    setOwner(this, beamPin.name, source);
    this.namespace = namespace;
    const problems = [...pairProblems(runner, path), ...beamPipelineProblems(own, { name, path })];
    addProblems(this, problems);
    const compiled = problems.some(isError) ? undefined : compilePipeline(own, { name, path });
    if (compiled?.ok) this.jobName = this.addObjects({ name, runner, stores, props: own }, compiled.value);
  }

  private addObjects(of: Submission, compiled: CompiledPipeline): string {
    const { name, runner, stores, props } = of;
    const labels = { "app.kubernetes.io/name": "beam-submitter", [PIPELINE_LABEL]: name };
    const draft = this.plan(of, compiled, labels);
    const version = digest([compiled.files, jobSpec(draft)]).slice(0, 8);
    const plan = { ...draft, name: `${name}-${version}` };
    const account = { apiVersion: "v1", kind: "ServiceAccount", name: plan.serviceAccount, annotations: props.serviceAccountAnnotations };
    this.add("Account", account, { automountServiceAccountToken: false });
    this.add("Files", { apiVersion: "v1", kind: "ConfigMap", name: plan.name }, { immutable: true, data: compiled.files });
    const job = this.add("Job", { apiVersion: "batch/v1", kind: "Job", name: plan.name, labels }, { spec: jobSpec(plan) });
    job.node.addDependency(runner, ...stores);
    allow(this, pipelineFlows({ name, runner, stores, submitter: pods(this.namespace, labels) }, compiled));
    return plan.name;
  }

  private plan(of: Submission, compiled: CompiledPipeline, labels: JobPlan["labels"]) {
    const { name, runner, props } = of;
    return {
      name,
      serviceAccount: `${name}-submitter`,
      labels,
      props,
      outcome: compiled.outcome,
      checkpoints: compiled.streaming ? runner.checkpoints : undefined,
      secrets: compiled.secrets,
      images: {
        submit: imageFor(this, props.image ?? runner.workerImage),
        jobServer: imageFor(this, jobServerImage(runner.beamSdk, runner.flinkVersion)),
      },
      flink: runner.restAddress,
      workerPoolPort: runner.workerPoolPort,
    } satisfies JobPlan;
  }

  private add(
    id: string,
    of: { apiVersion: string; kind: string; name: string; labels?: Record<string, string>; annotations?: JobPlan["labels"] | undefined },
    body: JsonObject,
  ): ApiObject {
    const { apiVersion, kind, name, labels, annotations } = of;
    const metadata = {
      name,
      namespace: this.namespace,
      ...(labels && { labels }),
      ...(annotations && { annotations: { ...annotations } }),
    };
    return new ApiObject(this, id, { apiVersion, kind, metadata, ...body });
  }
}
