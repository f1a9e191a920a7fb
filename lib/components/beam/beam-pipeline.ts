/** A Beam pipeline on a runner: the file in a ConfigMap, and a Job that submits it and has the same result as the pipeline, or a CronJob that makes such Jobs. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { contentOf } from "#lib/beam/content";
import { digest } from "#lib/core/digest";
import type { JsonObject } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import { type IBeamRunner, PIPELINE_LABEL, type PipelineAsk, type Submission } from "#lib/kube/beam-runner";
import { bucketAnnotations } from "#lib/kube/bucket-clients";
import { featureVariableProblems, type IFeatureStore } from "#lib/kube/feature-store";
import { imageFor } from "#lib/kube/images";
import { allow, apiServerFlow, type PodsEnd, pods } from "#lib/kube/network";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems, isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { pullSecretsOf } from "#lib/kube/pull-secrets";
import { addRequirements } from "#lib/kube/requirement";
import {
  type CollectionMounts,
  collectionMounts,
  collectionVariableProblems,
  type ITransformCollection,
} from "#lib/kube/transform-collection";
import type { IVectorStore } from "#lib/kube/vector-store";
import { artifactsOf, artifactsRequirements } from "./artifacts";
import { bootstrapProblems } from "./bootstrap";
import { beamPipelineProblems } from "./checks";
import { collectionProblems } from "./collection-checks";
import { type CompiledPipeline, compilePipeline } from "./compile";
import { eachOnce, pipelineFlows } from "./flows";
import { configMapData, type JobPlan, submitterJob } from "./job";
import { beamPin } from "./pin";
import { type ResolvedBindings, resolveBindings } from "./reference-bindings";
import { scheduleProblems } from "./schedule";
import { type BeamPipelineProps, type BeamPipelineSettings, beamPipelineSchema } from "./schema";
import { StreamState, stateResetProblems } from "./stream-state";
import { outsidePorts, variableProblems } from "./submitter-environment";
import { enterTopics, type PipelineTopics, type WiredTopic } from "./topic-bindings";

/** Name, namespace, runner and stores of a pipeline. */
export interface BeamPipelinePlace {
  /** The engine. */
  readonly runner: IBeamRunner;
  /** Name of the pipeline: 1 to 50 of a-z, 0-9 and -. */
  readonly name: string;
  /** @default the runner's namespace */
  readonly namespace?: string;
  /** Stores that the pipeline's workers may reach. @default none */
  readonly stores?: readonly IVectorStore[];
  /** Feature store that its workers read and write. @default none */
  readonly featureStore?: IFeatureStore | undefined;
  /** Collections that its file takes transforms of. @default none */
  readonly collections?: readonly ITransformCollection[] | undefined;
  /** Pipeline that has finished before it starts, so that it may start without state of another SDK. @default none */
  readonly bootstrap?: BeamPipeline | undefined;
  /** Topics that it reads and writes, by the names or types of its transforms. @default none */
  readonly topics?: Partial<PipelineTopics> | undefined;
  /** What messages call the pipeline's file. @default the prop `definition` */
  readonly source?: string | undefined;
  /** How values are given, for messages: by props, or by options of the command. @default "props" */
  readonly by?: "props" | "options" | undefined;
}

/** A compiled pipeline with its runner. */
interface Submitted {
  readonly name: string;
  readonly runner: IBeamRunner;
  readonly stores: readonly IVectorStore[];
  readonly topics: readonly WiredTopic[];
  readonly resolved: ResolvedBindings;
  readonly collected: CollectionMounts;
  readonly bootstrap: BeamPipeline | undefined;
  readonly settings: BeamPipelineSettings;
  readonly ask: PipelineAsk;
}

/** A Beam pipeline. Any change creates a new Job, and a new version of the job in the engine. */
export class BeamPipeline extends Construct {
  public readonly name: string;
  /** Namespace of the Job. */
  public readonly namespace: string;
  /** Name of the Job or CronJob, and of the job in the engine: `<name>-<8 hex digits of a digest>`; `undefined` if the props are wrong. */
  public readonly jobName: string | undefined;
  /** What its Job waits for; `undefined` if the props are wrong. */
  public readonly outcome: "finished" | "running" | undefined;
  /** Does it run on a schedule? */
  public readonly scheduled: boolean;
  /** The submitted file, without secrets; `undefined` if it is wrong. */
  public readonly text: string | undefined;

  public constructor(scope: Construct, id: string, props: BeamPipelineProps & BeamPipelinePlace) {
    super(scope, id);
    const {
      runner,
      name,
      namespace = runner.namespace,
      stores = [],
      topics: _topics,
      featureStore,
      collections = [],
      bootstrap,
      source,
      by,
      ...own
    } = props;
    setOwner(this, beamPin.name);
    this.name = name;
    this.namespace = namespace;
    this.scheduled = props.schedule !== undefined;
    const collected = collectionMounts(collections, namespace);
    const given = settingsOf(this, beamPipelineSchema, own);
    if (!isSound(this)) return;
    const path = ownerOf(this).source;
    // What has filled its beginning allows every SDK to start without state.
    const settings = bootstrap ? { ...given, stateReset: runner.beamSdk } : given;
    const topics = enterTopics({ sources: {}, sinks: {}, ...props.topics }, { name: `pipeline-${name}`, namespace });
    const resolved = resolveBindings(settings.bindings, { name, path, namespace, runner });
    const compiled = compilePipeline(
      { ...settings, bindings: resolved.bindings },
      { name, path, sdk: runner.beamSdk, source, by, topics, collections, featureStore: featureStore?.name },
    );
    const value = compiled.ok ? compiled.value : undefined;
    this.outcome = value?.outcome;
    const artifacts = artifactsOf(settings, namespace);
    const ask = {
      ...askOf(name, settings, value),
      artifacts,
      featureStore,
      collections,
      models: resolved.models,
    };
    addProblems(this, [
      ...beamPipelineProblems({ name, path, settings, document: value?.document }),
      ...resolved.problems,
      ...variableProblems(settings, path),
      ...featureVariableProblems({ ...settings.env, ...settings.secretEnv }, featureStore, { id: "beam.variable-of-feature-store", path }),
      ...collectionVariableProblems({ ...settings.env, ...settings.secretEnv }, collections, { id: "beam.variable-of-collections", path }),
      ...collectionProblems(collections, { runner, image: settings.image, path }),
      ...(value ? scheduleProblems(settings, { path, outcome: value.outcome }) : []),
      ...(value ? stateProblems(given, { path, state: value.state, sdk: runner.beamSdk, bootstrap }) : []),
      ...(compiled.ok ? compiled.warnings : compiled.problems),
      ...runner.pipelineProblems(ask, path),
    ]);
    this.text = value?.files["pipeline.yaml"];
    if (value && isSound(this))
      this.jobName = this.addObjects({ name, runner, stores, topics, resolved, collected, settings, ask, bootstrap }, value);
  }

  private addObjects(of: Submitted, compiled: CompiledPipeline): string {
    const { name, runner, stores, topics, settings } = of;
    const labels = { "app.kubernetes.io/name": "beam-submitter", [PIPELINE_LABEL]: name, ...runner.submitterLabels };
    const submitter = pods(this.namespace, labels);
    const draft = this.plan(of, { jobName: name, submitter, compiled });
    const version = digest([compiled.files, submitterJob(draft).spec]).slice(0, 8);
    const plan = this.plan(of, { jobName: `${name}-${version}`, submitter, compiled });
    const account = {
      apiVersion: "v1",
      kind: "ServiceAccount",
      name: plan.serviceAccount,
      annotations: accountAnnotations(of),
    };
    this.add("Account", account, { automountServiceAccountToken: false });
    this.add("Files", { apiVersion: "v1", kind: "ConfigMap", name: plan.name }, { immutable: true, data: configMapData(compiled.files) });
    const { kind, spec } = submitterJob(plan);
    const job = this.add("Job", { apiVersion: "batch/v1", kind, name: plan.name, labels }, { spec });
    if (compiled.state !== undefined) {
      const { namespace } = this;
      job.node.addDependency(new StreamState(this, "State", { name: compiled.state, namespace, account: plan.serviceAccount }));
      allow(this, [apiServerFlow(`pipeline.${name}.submitter`, submitter)]);
    }
    const { artifacts, featureStore } = of.ask;
    job.node.addDependency(
      runner,
      ...(of.bootstrap ? [of.bootstrap] : []),
      ...stores,
      ...topics.map(({ access }) => access.dependency),
      ...(artifacts?.from ? [artifacts.from.access.dependency] : []),
      ...(featureStore ? [featureStore] : []),
      ...of.resolved.dependencies,
      ...of.collected.dependencies,
      ...(runner.submitterBuckets?.dependencies ?? []),
    );
    const ports = outsidePorts({ settings, runner: plan.submission.environment }, compiled.document);
    const own = pipelineFlows({ name, runner, stores, topics, submitter, ports, artifacts }, compiled);
    allow(this, eachOnce([...plan.submission.flows, ...of.resolved.flows, ...own]));
    addRequirements(this, artifactsRequirements(artifacts, `${this.namespace}/${plan.serviceAccount}`));
    return plan.name;
  }

  private plan(of: Submitted, as: { readonly jobName: string; readonly submitter: PodsEnd; readonly compiled: CompiledPipeline }): JobPlan {
    const { name, runner, settings, ask, collected } = of;
    return {
      name: as.jobName,
      serviceAccount: `${name}-submitter`,
      labels: as.submitter.labels,
      settings: { ...settings, serviceAccountAnnotations: accountAnnotations(of) },
      secrets: as.compiled.secrets,
      files: Object.keys(as.compiled.files),
      image: imageFor(this, settings.image ?? runner.workerImage),
      submission: withCollections(runner.submission(ask, as.jobName, as.submitter), collected),
      buckets: runner.submitterBuckets,
      runnerNamespace: runner.namespace,
      keepsState: as.compiled.state !== undefined,
      pullSecrets: pullSecretsOf(this),
    };
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

/** Problems of starting without state. */
function stateProblems(
  settings: BeamPipelineSettings,
  { bootstrap, ...stream }: Parameters<typeof stateResetProblems>[1] & Pick<Submitted, "bootstrap">,
): Problem[] {
  return [...stateResetProblems(settings, stream), ...(bootstrap ? bootstrapProblems({ ...stream, settings, bootstrap }) : [])];
}

/** What the runner asks for, and the collections of the pipeline: Beam expands the file in the submitter. */
function withCollections(submission: Submission, { volumes, mounts, environment }: CollectionMounts): Submission {
  return {
    ...submission,
    volumes: [...submission.volumes, ...volumes],
    mounts: [...(submission.mounts ?? []), ...mounts],
    environment: { ...submission.environment, ...environment },
  };
}

/** Those of the pipeline, and those of its buckets; `undefined` where there are none. */
function accountAnnotations({ settings, runner, ask: { artifacts } }: Submitted): Readonly<Record<string, string>> | undefined {
  const ofBucket = { ...runner.submitterBuckets?.annotations, ...(artifacts?.from && bucketAnnotations(artifacts.from.access)) };
  return Object.keys(ofBucket).length > 0 ? { ...ofBucket, ...settings.serviceAccountAnnotations } : settings.serviceAccountAnnotations;
}

function askOf(name: string, settings: BeamPipelineSettings, compiled: CompiledPipeline | undefined): PipelineAsk {
  const { parallelism = 1, upgrade, savepoint, allowNonRestoredState = false, restarts } = settings;
  return {
    name,
    parallelism,
    streaming: compiled?.streaming,
    restarts: restarts ?? (compiled?.outcome === "finished" ? 0 : undefined),
    upgrade,
    savepoint,
    allowNonRestoredState,
    ...(compiled && { content: contentOf(compiled.document, settings.options) }),
  };
}
