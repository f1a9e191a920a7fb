/** Props of Beam pipelines. */

import { z } from "zod";
import type { BeamPipelineSpec } from "#lib/beam/pipeline-spec";
import type { PipelineBinding } from "#lib/beam/render-pipeline";
import { cronSchema, timeZoneSchema } from "#lib/core/cron";
import { Duration } from "#lib/core/duration";
import type { JsonValue } from "#lib/core/json";
import { durationSchema, folderSchema, imageSchema, secretRefSchema, variableNameSchema } from "#lib/core/schema";
import { file } from "#lib/environment/files";
import { BEAM_SDK_VERSIONS } from "#lib/kube/beam-runner";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

const valueSchema: z.ZodType<JsonValue, JsonValue> = z.json();

/** A secret or a value. */
const GIVEN = [
  secretRefSchema,
  z.strictObject({
    type: z.literal("value"),
    /** Any JSON value. */
    value: valueSchema,
  }),
] as const;

const bindingSchema: z.ZodType<PipelineBinding, PipelineBinding> = z.discriminatedUnion("type", GIVEN);

/** A folder of a bucket of the environment, as the URI that Beam knows it by. */
const inBucket = {
  /** Folder in the bucket, without slashes at its ends. @default the folder of the bucket */
  path: folderSchema.optional(),
};

/** What a binding says of a server: its address, or the name by which requests call the model. */
const servedValue = z.enum(["url", "name"]);

/** What takes the place of a value of the file. */
const anyBindingSchema = z.discriminatedUnion("type", [
  ...GIVEN,
  z.strictObject({
    /** A folder that the pipeline reads, such as `read_artifact_location` of MLTransform. */
    type: z.literal("bucket-read"),
    /** Bucket that the runner's workers have, too. */
    from: ref("bucket"),
    ...inBucket,
  }),
  z.strictObject({
    /** A folder that the pipeline writes, such as `write_artifact_location` of MLTransform. */
    type: z.literal("bucket-write"),
    /** Bucket that the runner's workers have, too. */
    to: ref("bucket"),
    ...inBucket,
  }),
  z.strictObject({
    /** A model that workers load, such as `model_handler.config.model` of RunInference: its folder in the workers, or its URI. */
    type: z.literal("pretrained-model"),
    model: ref("pretrainedModel"),
  }),
  z.strictObject({
    /** A service that answers requests to a predictive model. */
    type: z.literal("model-server"),
    service: ref("modelServer"),
    /** Its URL without a path, or the name of its model. @default "url" */
    value: servedValue.default("url"),
  }),
  z.strictObject({
    /** A language model behind OpenAI's API. */
    type: z.literal("language-model"),
    model: ref("languageModel"),
    /** The base URL of OpenAI's clients, or the name of its model. @default "url" */
    value: servedValue.default("url"),
  }),
]);

/** Schema of a pipeline written as data; Beam itself checks what is in it. */
const specSchema = z.custom<BeamPipelineSpec>((value) => z.looseObject({ pipeline: z.looseObject({}) }).safeParse(value).success, {
  error: "Beam YAML as text, or an object with the key pipeline",
});

/** Not an option that the Job sets, and not a form that argparse would read as another option. */
const optionName = z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, { error: "a pipeline option in snake_case, without dashes" });

/** A URI with a scheme and no blanks. */
const uriSchema = z.string().regex(/^[a-z][a-z0-9+.-]*:\/\/\S+$/, { error: "a URI such as s3://bucket/path" });

/** A folder in a bucket of the environment. */
const artifactsBucketSchema = z.strictObject({
  /** Bucket that the runner's storage has access to, too: its workers read from it. */
  bucket: ref("bucket"),
  /** Folder in the bucket, without slashes at its ends. @default the folder of the bucket */
  path: folderSchema.optional(),
});

/** When a pipeline runs that runs again and again. */
const scheduleSchema = z.strictObject({
  /** Starts of its runs, in cron's notation. */
  cron: cronSchema,
  /** Time zone of the schedule, such as `Europe/Berlin`. @default that of the cluster's controllers */
  timeZone: timeZoneSchema.optional(),
});

/** A path below the folder of the pipeline's file; the names of the submitter's own files are taken. */
const includePath = z
  .string()
  .regex(
    /^(?!(?:pipeline\.yaml|settings\.json|submit\.py|secrets(?:\/.*)?|beamstack_submitter(?:\/.*)?)$)(?!.*\.\.)[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/,
    {
      error:
        "a path such as macros.yaml or listings/embed.yaml, without ./, other than those of the submitter: pipeline.yaml, settings.json, submit.py, beamstack_submitter and secrets",
    },
  );

/** Settings of a pipeline besides its definition. */
const pipelineSettingsSchema = z.strictObject({
  /**
   * Values that replace values of the file: a key of a Secret, a value that differs per environment, or a reference to a bucket, a model or its server. Keys are
   * `<transform name or type>.<path in its config>`, or the path in the file.
   *
   * @default plain-text secrets of the file are read from the Secret `<name>-secrets`, under the same keys
   */
  bindings: z.record(z.string().min(1), anyBindingSchema).default({}),
  /** Jinja variables of the file. @default none */
  variables: z.record(z.string().regex(/^[A-Za-z_]\w{0,99}$/, { error: "a Jinja name" }), bindingSchema).default({}),
  /** Pipeline options in addition to the file's own, such as `max_parallelism`; they override those of the runner. Flags can only be enabled here; disable them in the file. @default none */
  options: z.record(optionName, z.union([z.string(), z.number(), z.literal(true)])).default({}),
  /** Parallel tasks of each step. @default 1 */
  parallelism: z.int().min(1).max(32_768).optional(),
  /** Image of the submitter; it must contain the packages of the file's providers. @default the runner's worker image */
  image: imageSchema.optional(),
  /** Runs a pipeline with an end on a schedule, one run at a time; a run that is more than an hour late is skipped. @default it runs once, and once more with each change */
  schedule: scheduleSchema.optional(),
  /** What the submitter waits for: the end of the job, or all its tasks running. @default "running" for a streaming pipeline, else "finished" */
  outcome: z.enum(["finished", "running"]).optional(),
  /** What happens to an older version that still runs: "stateless" cancels it, "savepoint" stops it with a savepoint from which the new version starts. @default "stateless" */
  upgrade: z.enum(["stateless", "savepoint"]).default("stateless"),
  /** Savepoint to start from; with `upgrade: "savepoint"` it is used only where the runner has no state of an earlier version. @default none: empty state */
  savepoint: uriSchema.optional(),
  /** Ignores state in the savepoint that the pipeline no longer has. @default false */
  allowNonRestoredState: z.boolean().optional(),
  /** The runner's SDK, to let a stream start without its state once: a savepoint of another SDK cannot be read. The old version leaves a last savepoint. @default another SDK than that of the state is refused */
  stateReset: z.enum(BEAM_SDK_VERSIONS).optional(),
  /** Shared storage for packages that the submitter stages for the workers: a bucket of the environment, or a URI. @default none: packages must be in the image */
  artifacts: z.union([uriSchema, artifactsBucketSchema]).optional(),
  /** Environment variables of the submitter, such as `PIP_INDEX_URL` and `HTTPS_PROXY`; they override those of the runner's workers, which the submitter has too. @default none */
  env: z.record(variableNameSchema, z.string()).optional(),
  /** Environment variables of the submitter from keys of Secrets that exist. @default none */
  secretEnv: z.record(variableNameSchema, secretRefSchema).optional(),
  /** Pages that the pipeline's file may include, such as `https://example.org/listing.yaml`: the providers of such a page run with the rights of the submitter. @default none: other pages are refused */
  webIncludes: z.array(uriSchema).default([]),
  /** Ports that the submitter may use outside of the cluster, besides 443 for packages and object storage and the ports of URLs in its variables and options. @default none */
  outsidePorts: z.array(z.int().min(1).max(65_535)).default([]),
  /** Annotations of the submitter's ServiceAccount, such as those that give it write access to `artifacts`. @default none */
  serviceAccountAnnotations: z.record(z.string().min(1), z.string()).optional(),
  /** Task failures after which the runner fails the job. @default 0 with the outcome "finished", else the runner's restart strategy */
  restarts: z.int().min(0).max(1000).optional(),
  /** Attempts of the submitter; a file that Beam rejects is not retried. @default 2 */
  tries: z.int().min(1).max(10).default(2),
  /** Time limit of all attempts together. @default 24h */
  timeout: durationSchema.default(Duration.hours(24)),
});

/** Props of a Beam pipeline. */
export const beamPipelineSchema = pipelineSettingsSchema.extend({
  /** Beam YAML as text, or the same as typed data. */
  definition: z.union([z.string(), specSchema]),
  /** Texts of files that the definition includes, by Jinja or as listings of providers, by the path that it includes them by. @default none */
  includes: z.record(includePath, z.string()).default({}),
});

/** Source: a Job's pods carry its name and a random suffix; with ours of 9 characters this leaves room in 63. */
const pipelineNameSchema = z.string().regex(/^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/, {
  error: "1 to 40 of a-z, 0-9 and -, a letter first",
});

const topicsSchema = z.strictObject({
  /** Topics by the name or type of the transform that reads them. Its config must have the keys `topic`, `bootstrap_servers` and `consumer_config` (as ReadFromKafka) or `client_config` (properties of librdkafka), even if empty. @default none */
  sources: z.record(z.string().min(1), ref("topic")).default({}),
  /** Topics by the name or type of the transform that writes them. Its config must have the keys `topic`, `bootstrap_servers` and `producer_config_updates` (as WriteToKafka) or `client_config`, even if empty. @default none */
  sinks: z.record(z.string().min(1), ref("topic")).default({}),
});

/** Section `pipelines`: pipelines by name. */
export const pipelinesSchema = z.record(
  pipelineNameSchema,
  pipelineSettingsSchema.extend({
    /** Path of the Beam YAML file, relative to the folder of environment files, without `..`. @default none: definition is given */
    file: file().optional(),
    /** The pipeline as typed data, or as the text of Beam YAML, in place of a file. @default none: file is given */
    definition: z.union([z.string(), specSchema]).optional(),
    /** Files that the pipeline's file includes, by Jinja or as listings of providers: paths relative to the folder of environment files, by the path that it includes them by. @default none */
    includes: z.record(includePath, file()).default({}),
    /** Runner of the pipeline, such as a key of `flink.clusters`. */
    runner: ref("beamRunner"),
    /** Vector stores that its workers may reach, such as keys of `elasticsearch.clusters`; egress to others is closed. @default none */
    stores: z
      .array(ref("vectorStore"))
      .refine((names) => new Set(names).size === names.length, { error: "each name once" })
      .default([]),
    /** Feature store that its workers read and write, such as a key of `feast.stores`: they have the configuration of its clients, where Feast's SDK finds it, and the way there. A session cluster of Flink sets it for all of its workers, as `worker.featureStore`. @default none */
    featureStore: ref("featureStore").optional(),
    /** Collections of `transformCollections` that its file takes transforms of: they are declared in the file that is submitted, and on its submitter and workers. A session cluster of Flink has those in volumes as `worker.collections`. @default none */
    collections: z
      .array(ref("transformCollection"))
      .refine((names) => new Set(names).size === names.length, { error: "each name once" })
      .default([]),
    /** Pipeline with an end that fills what a stream begins with: it has finished before the next version starts, which may then start without state of another SDK, as with `stateReset`. @default none */
    bootstrap: z.string().optional(),
    /** Topics that it reads and writes: addresses, user and network flows are set for it. @default none */
    topics: topicsSchema.prefault({}),
  }),
);

/** Props of a Beam pipeline. */
export type BeamPipelineProps = PropsOf<typeof beamPipelineSchema>;

/** Settings of a Beam pipeline: its props with every default filled in. */
export type BeamPipelineSettings = SettingsOf<typeof beamPipelineSchema>;

/** Settings of one entry of the section. */
export type PipelineSettings = z.output<typeof pipelinesSchema>[string];
