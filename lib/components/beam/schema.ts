/** Props of Beam pipelines. */

import { z } from "zod";
import type { BeamPipelineSpec } from "#lib/beam/pipeline-spec";
import type { PipelineBinding } from "#lib/beam/render-pipeline";
import { Duration } from "#lib/core/duration";
import { durationSchema, imageSchema, secretRefSchema } from "#lib/core/schema";
import { file } from "#lib/environment/files";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

const bindingSchema: z.ZodType<PipelineBinding, PipelineBinding> = z.discriminatedUnion("type", [
  secretRefSchema,
  z.strictObject({ type: z.literal("value"), value: z.json() }),
]);

/** Schema of a pipeline written as data; Beam itself checks what is in it. */
const specSchema = z.custom<BeamPipelineSpec>((value) => z.looseObject({ pipeline: z.looseObject({}) }).safeParse(value).success, {
  error: "Beam YAML as text, or an object with the key pipeline",
});

/** No option that the Job sets, and nothing that argparse would take for another option. */
const optionName = z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, { error: "a pipeline option in snake_case, without dashes" });

/** A URI with a scheme and no blanks. */
const uriSchema = z.string().regex(/^[a-z][a-z0-9+.-]*:\/\/\S+$/, { error: "a URI such as s3://bucket/path" });

/** Everything about a pipeline but what it does. */
const pipelineSettingsSchema = z.strictObject({
  /**
   * Values that replace values of the file, by `<transform name or type>.<path in its config>` or by the path in the file:
   * a key of a Secret, or a value that differs per environment.
   *
   * @default secrets in clear text are expected in the Secret "<name>-secrets", under the same names
   */
  bindings: z.record(z.string().min(1), bindingSchema).default({}),
  /** Jinja variables of the file. @default none */
  variables: z.record(z.string().regex(/^[A-Za-z_]\w{0,99}$/, { error: "a Jinja name" }), bindingSchema).default({}),
  /** Pipeline options beside the file's own, such as `max_parallelism`; they win over those that the runner asks for. Flags can only be enabled here; disable them in the file. @default none */
  options: z.record(optionName, z.union([z.string(), z.number(), z.literal(true)])).default({}),
  /** Tasks of each step that run at the same time. @default 1 */
  parallelism: z.int().min(1).max(32_768).optional(),
  /** Image of the submitter; it must import what the file's providers name. @default the runner's worker image */
  image: imageSchema.optional(),
  /** When the submitter has done its work: once the job has `finished`, or once it is `running`. @default "running" for a stream (the option streaming), else "finished" */
  outcome: z.enum(["finished", "running"]).optional(),
  /** What happens to an older version that still runs: cancelled, or stopped with a savepoint that the new one starts from. @default "stateless" */
  upgrade: z.enum(["stateless", "savepoint"]).default("stateless"),
  /** Savepoint to start from; with `upgrade: "savepoint"` only where the runner knows no state of an earlier version. @default empty state */
  savepoint: uriSchema.optional(),
  /** May a savepoint hold state that the pipeline no longer has? @default false */
  allowNonRestoredState: z.boolean().optional(),
  /** URI that the submitter and all workers share, for packages that travel with the job. @default packages do not travel with the job */
  artifacts: uriSchema.optional(),
  /** Annotations of the submitter's ServiceAccount, such as those that let it write to `artifacts`. @default none */
  serviceAccountAnnotations: z.record(z.string().min(1), z.string()).optional(),
  /** Failures of a task after which the runner gives up. @default 0 where the outcome is "finished", else the runner's own rule */
  restarts: z.int().min(0).max(1000).optional(),
  /** Tries of the submitter; a file that Beam rejects is not tried again. @default 2 */
  tries: z.int().min(1).max(10).default(2),
  /** How long all tries may take together. @default 24h */
  timeout: durationSchema.default(Duration.hours(24)),
});

/** Props of a Beam pipeline. */
export const beamPipelineSchema = pipelineSettingsSchema.extend({
  /** Beam YAML, or the same as typed data. */
  definition: z.union([z.string(), specSchema]),
});

/** Source: a Job's pods carry its name and a random suffix; with ours of 9 characters this leaves room in 63. */
const pipelineNameSchema = z.string().regex(/^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/, {
  error: "1 to 40 of a-z, 0-9 and -, a letter first",
});

/** Section `pipelines`: pipelines by name. */
export const pipelinesSchema = z.record(
  pipelineNameSchema,
  pipelineSettingsSchema.extend({
    /** Path of the Beam YAML file, relative to the folder of environment files, without `..`. */
    file: file(),
    /** Name of the engine that runs it, such as a key of `flink.clusters`. */
    runner: ref("beamRunner"),
    /** Names of the vector stores, such as keys of `elasticsearch.clusters`, that its workers may reach. @default none */
    stores: z
      .array(ref("vectorStore"))
      .refine((names) => new Set(names).size === names.length, { error: "each name once" })
      .default([]),
  }),
);

/** Props of a Beam pipeline. */
export type BeamPipelineProps = PropsOf<typeof beamPipelineSchema>;

/** Settings of a Beam pipeline: its props with every default filled in. */
export type BeamPipelineSettings = SettingsOf<typeof beamPipelineSchema>;
