/** What a Beam pipeline must know of the engine that runs it: the seam between the pipeline's chart and the engine's component. */

import type { IConstruct } from "constructs";
import type { Duration } from "#lib/core/duration";

/** Beam SDK versions, oldest first. Source: release notes of Beam 2.75.0 to 2.77.0. */
export const BEAM_SDK_VERSIONS = ["2.75.0", "2.76.0", "2.77.0"] as const;
/** A Beam SDK version. */
export type BeamSdkVersion = (typeof BEAM_SDK_VERSIONS)[number];

/** Flink release lines for which Beam has a runner, oldest first. */
export const FLINK_LINES = ["1.19", "1.20", "2.0", "2.1", "2.2"] as const;
/** A Flink release line. */
export type FlinkLine = (typeof FLINK_LINES)[number];

/** Python versions for which Beam publishes an SDK image, oldest first. */
export const PYTHON_VERSIONS = ["3.10", "3.11", "3.12", "3.13", "3.14"] as const;
/** A Python version. */
export type PythonVersion = (typeof PYTHON_VERSIONS)[number];

/** Port on which the worker pool beside each task manager listens; EXTERNAL environments are `localhost:<port>`. */
export const WORKER_POOL_PORT = 50_000;

/** Checkpoints that every stream on a runner makes. */
export interface Checkpointing {
  /** Time between two. */
  readonly interval: Duration;
  /** A checkpoint that takes longer is given up. */
  readonly timeout: Duration;
}

/** A cluster that runs Beam pipelines. Submitters depend on the construct itself. */
export interface IBeamRunner extends IConstruct {
  /** Host and port of Flink's REST API inside the cluster, such as `main-rest.flink:8081`. */
  readonly restAddress: string;
  /** Namespace of the cluster's pods. */
  readonly namespace: string;
  /** Labels of the pods that serve the REST API: network policies select by them. */
  readonly restPodLabels: Readonly<Record<string, string>>;
  readonly flinkVersion: FlinkLine;
  readonly beamSdk: BeamSdkVersion;
  readonly python: PythonVersion;
  /** Port of the worker pool, on the task manager's own loopback. */
  readonly workerPoolPort: number;
  /** Image of the worker pool: user code runs there. */
  readonly workerImage: string;
  /** Labels of the pods that user code runs in. */
  readonly workerPodLabels: Readonly<Record<string, string>>;
  /** Absent where streams make none unless they ask for it themselves. */
  readonly checkpoints?: Checkpointing;
}
