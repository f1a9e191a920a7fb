/** Role of an engine that runs Beam pipelines. No engine is named here. */

import type { IConstruct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import type { Size } from "#lib/core/size";
import type { BucketAccess, IBucket } from "./bucket";
import type { BucketSet } from "./bucket-set";
import type { IFeatureStore } from "./feature-store";
import type { FlowProps, PodsEnd } from "./network";
import type { Placement } from "./node-pool";
import type { IPretrainedModel } from "./pretrained-model";
import type { Requests } from "./resources";
import type { ITransformCollection } from "./transform-collection";

/** Label of a pipeline's submitters, and of their pods: the name of the pipeline. */
export const PIPELINE_LABEL = "beamstack-iac/pipeline";

/** Beam SDK versions, oldest first. Source: release notes of Beam 2.75.0 to 2.77.0. */
export const BEAM_SDK_VERSIONS = ["2.75.0", "2.76.0", "2.77.0"] as const;
/** A Beam SDK version. */
export type BeamSdkVersion = (typeof BEAM_SDK_VERSIONS)[number];

/** Python versions for which Beam publishes an SDK image, oldest first. */
export const PYTHON_VERSIONS = ["3.10", "3.11", "3.12", "3.13", "3.14"] as const;
/** A Python version. */
export type PythonVersion = (typeof PYTHON_VERSIONS)[number];

/** A pipeline option as Beam's command line takes it. Flags can only be enabled there; the file's own options can also disable them. */
export type PipelineOptionValue = string | number | true;

/** Pipeline options by name, in the order of the command line; `undefined` ones are left out. */
export type PipelineOptions = Readonly<Record<string, PipelineOptionValue | undefined>>;

/** Facts of a pipeline that decide how it is submitted. */
export interface PipelineAsk {
  /** Name of the pipeline. */
  readonly name: string;
  /** Parallel tasks of each step. @default 1 */
  readonly parallelism: number;
  /** Is the pipeline unbounded? `undefined` where its file cannot be read. */
  readonly streaming: boolean | undefined;
  /** Task failures after which the runner fails the job. @default the runner's restart strategy */
  readonly restarts?: number;
  /** What happens to an older version that still runs. */
  readonly upgrade: "stateless" | "savepoint";
  /** Savepoint to start from. @default empty state */
  readonly savepoint?: string;
  /** Ignores state in the savepoint that the pipeline no longer has. */
  readonly allowNonRestoredState: boolean;
  /** Shared storage for staged packages. @default none: packages must be in the image */
  readonly artifacts?: PipelineArtifacts;
  /** Feature store that its workers read and write. @default none */
  readonly featureStore?: IFeatureStore | undefined;
  /** Collections with its transforms; the submitter has them already. @default none */
  readonly collections?: readonly ITransformCollection[] | undefined;
  /** Models in volumes that its workers load. @default none */
  readonly models?: readonly IPretrainedModel[] | undefined;
  /** What its file has to run. @default unknown: the file cannot be read */
  readonly content?: PipelineContent;
}

/** What a pipeline's file has to run. */
export interface PipelineContent {
  /** Types of its transforms, each once. */
  readonly types: readonly string[];
  /** Names of transforms that Java runs. */
  readonly java: readonly string[];
  /** Environment in which Java runs them, as the option `default_environment_type` names it. @default Docker */
  readonly javaEnvironment: string | undefined;
  /** Names of transforms with an output for elements that fail. */
  readonly errorOutputs: readonly string[];
  /** Names of transforms whose output no other one reads. */
  readonly ends: readonly string[];
}

/** The submitter's pod, where more than a client runs in it. */
interface SubmitterPod {
  /** Requests, which are the limits, too. */
  readonly resources: Requests;
  /** Where it runs. @default any node without taints */
  readonly placement?: Placement;
  /** Size limit of its `/tmp`. */
  readonly scratch: Size;
}

/** Shared storage for packages that a submitter stages for the workers. */
export interface PipelineArtifacts {
  readonly uri: string;
  /** The bucket of the environment that it is in. @default access is arranged elsewhere */
  readonly from?: {
    readonly bucket: IBucket;
    /** Access from the submitter's namespace. */
    readonly access: BucketAccess;
  };
}

/** How a pipeline is submitted to a runner. */
export interface Submission {
  /** Pipeline options of the runner; those of the pipeline override them. */
  readonly options: PipelineOptions;
  /** Sidecars of the submitter; each has its own `/tmp`. @default none */
  readonly sidecars: readonly JsonObject[];
  /** Volumes of the sidecars and of the submitter. */
  readonly volumes: readonly JsonObject[];
  /** Mounts of the submitter, of these volumes. @default none */
  readonly mounts?: readonly JsonObject[];
  /** Environment variables of the submitter, such as those of the runner's workers. */
  readonly environment: Readonly<Record<string, string>>;
  /** Network flows from the submitter to the runner. */
  readonly flows: readonly FlowProps[];
  /** @default a small client */
  readonly pod?: SubmitterPod;
}

/** An engine that runs Beam pipelines. Submitters depend on the construct. */
export interface IBeamRunner extends IConstruct {
  /** Namespace of the engine's pods; pipelines run there. */
  readonly namespace: string;
  readonly beamSdk: BeamSdkVersion;
  readonly python: PythonVersion;
  /** Image of user code; the submitter uses it too. */
  readonly workerImage: string;
  /** Pods that run user code. */
  readonly workers: PodsEnd;
  /** Labels of the submitters of its pipelines, where these pods are the workers. @default none */
  readonly submitterLabels?: Readonly<Record<string, string>>;
  /** Buckets that these pods read and write, with variables, annotations and CA. @default none */
  readonly submitterBuckets?: BucketSet;
  /** Buckets that its workers read and write. @default unknown: it was created elsewhere */
  readonly buckets?: readonly IBucket[];
  /** How a pipeline is submitted. `jobName` is the name of its Job, `submitter` are its pods. */
  submission(ask: PipelineAsk, jobName: string, submitter: PodsEnd): Submission;
  /** Problems of a pipeline that this engine cannot run; `path` is the path of the pipeline's props. */
  pipelineProblems(ask: PipelineAsk, path: string): readonly Problem[];
}
