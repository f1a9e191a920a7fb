/** What a platform team may say of a Beam pipeline, and what holds when it says nothing. */

import type { BeamPipelineSpec } from "#lib/beam/pipeline-spec";
import type { PipelineBinding } from "#lib/beam/render-pipeline";
import { Duration } from "#lib/core/duration";

/** A pipeline option as Beam's command line takes it. A switch can only be put on there; the file's own options can also put it off. */
export type PipelineOptionValue = string | number | true;

/** Everything about a pipeline but what it does. */
export interface BeamPipelineSettings {
  /**
   * What stands in for values of the file, by `<transform name or type>.<path in its config>` or by the path in the file:
   * a key of a Secret, or a value that differs per environment.
   *
   * @default secrets in clear text are expected in the Secret "<name>-secrets", under the same names
   */
  readonly bindings?: Readonly<Record<string, PipelineBinding>>;
  /** Jinja variables of the file. @default none */
  readonly variables?: Readonly<Record<string, PipelineBinding>>;
  /** Pipeline options beside the file's own, such as `max_parallelism`; they win over those that the runner asks for. @default none */
  readonly options?: Readonly<Record<string, PipelineOptionValue>>;
  /** Tasks of each step side by side. @default 1 */
  readonly parallelism?: number;
  /** Image of the submitter; it must import what the file's providers name. @default the runner's worker image */
  readonly image?: string;
  /** When the submitter has done its work: once the job has `finished`, or once it is `running`. @default "running" for a stream (the option streaming), else "finished" */
  readonly outcome?: "finished" | "running";
  /** What becomes of an older version that still runs: cancelled, or stopped with a savepoint that the new one starts from. @default "stateless" */
  readonly upgrade?: "stateless" | "savepoint";
  /** Savepoint to start from; with `upgrade: "savepoint"` only where Flink knows no state of an earlier version. @default empty state */
  readonly savepoint?: string;
  /** May a savepoint hold state that the pipeline no longer has? @default false */
  readonly allowNonRestoredState?: boolean;
  /** URI that the submitter and all workers share, for packages that travel with the job. @default none travel */
  readonly artifacts?: string;
  /** Annotations of the submitter's ServiceAccount, such as those that let it write to `artifacts`. @default none */
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
  /** Failures of a task after which Flink gives up. @default 0 where the outcome is "finished", else the cluster's own rule */
  readonly restarts?: number;
  /** Tries of the submitter; a file that Beam refuses is not tried again. @default 2 */
  readonly tries?: number;
  /** How long all tries may take together. @default 24h */
  readonly timeout?: Duration;
}

/** Props of a Beam pipeline. */
export interface BeamPipelineProps extends BeamPipelineSettings {
  /** Beam YAML, or the same as typed data. */
  readonly definition: string | BeamPipelineSpec;
}

/** Values that hold when a prop is not given. */
export const beamPipelineDefaults = {
  parallelism: 1,
  upgrade: "stateless",
  allowNonRestoredState: false,
  tries: 2,
  timeout: Duration.hours(24),
} as const satisfies Partial<BeamPipelineProps>;
