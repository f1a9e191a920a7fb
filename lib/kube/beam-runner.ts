/** An engine that runs Beam pipelines, as pipelines see it. No engine is named here. */

import type { IConstruct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import type { FlowProps, PodsEnd } from "./network";

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

/** Pipeline options by name, in the order of the command line; one that is `undefined` is not given. */
export type PipelineOptions = Readonly<Record<string, PipelineOptionValue | undefined>>;

/** What a runner must know of a pipeline to say how it is submitted. */
export interface PipelineAsk {
  /** Name of the pipeline. */
  readonly name: string;
  /** Tasks of each step that run at the same time. @default 1 */
  readonly parallelism: number;
  /** Is the pipeline unbounded? `undefined` where its file cannot be read. */
  readonly streaming: boolean | undefined;
  /** Failures of a task after which the runner gives up. @default the runner's own rule */
  readonly restarts?: number;
  /** What happens to an older version that still runs. */
  readonly upgrade: "stateless" | "savepoint";
  /** Savepoint to start from. @default empty state */
  readonly savepoint?: string;
  /** May a savepoint hold state that the pipeline no longer has? */
  readonly allowNonRestoredState: boolean;
  /** URI that submitter and workers share. @default packages do not travel with the job */
  readonly artifacts?: string;
}

/** How a pipeline is submitted to a runner. */
export interface Submission {
  /** Pipeline options that the runner needs; those of the pipeline itself come after them and win. */
  readonly options: PipelineOptions;
  /** Containers beside the submitter that end with it; each has the submitter's `/tmp` of its own. @default none */
  readonly sidecars: readonly JsonObject[];
  /** Volumes of the sidecars. */
  readonly volumes: readonly JsonObject[];
  /** Environment variables of the submitter. */
  readonly environment: Readonly<Record<string, string>>;
  /** Flows that the submitter needs to reach the runner. */
  readonly flows: readonly FlowProps[];
}

/** An engine that runs Beam pipelines. Submitters depend on the construct itself. */
export interface IBeamRunner extends IConstruct {
  /** Namespace of the engine's pods; pipelines run there. */
  readonly namespace: string;
  readonly beamSdk: BeamSdkVersion;
  readonly python: PythonVersion;
  /** Image that user code runs in: the submitter uses it, too. */
  readonly workerImage: string;
  /** Pods that user code runs in. */
  readonly workers: PodsEnd;
  /** How a pipeline is submitted. `jobName` is the name of its Job, `submitter` are its pods. */
  submission(ask: PipelineAsk, jobName: string, submitter: PodsEnd): Submission;
  /** What a pipeline asks of this engine that it cannot do; `path` is where the pipeline's props stand. */
  pipelineProblems(ask: PipelineAsk, path: string): readonly Problem[];
}
