/** Props of Katib: the controller and experiments. */

import { z } from "zod";
import { imageSchema, labelNameSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import { environmentSchema } from "#lib/kube/pod-parts";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { registrationSchema } from "#lib/kube/registered-run";
import { algorithmSchema } from "./algorithms";
import { parameterSchema } from "./search-space";

/** Props of the controller. */
export const katibOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each controller pod. @default 0.1 cores and 256Mi, at most 1 core and 512Mi */
  resources: partResourcesSchema.optional(),
  /** Database of the metrics of all trials; required unless Katib exists. @default none */
  database: ref("database").optional(),
  /** Namespace of the server that writes them; the Secret with the user of the database is there. @default "katib" */
  databaseNamespace: labelNameSchema.default("katib"),
  /** Size of the volumes with the checkpoints of population-based training; they need a default class with access from several nodes. @default 5Gi */
  checkpointStorage: sizeSchema.default(Size.gibibytes(5)),
});

const parametersSchema = z.record(
  z.string().regex(/^[a-zA-Z][\w-]*$/, { error: "a name of letters, digits, _ and -, a letter at the beginning" }),
  parameterSchema,
);

/** What a trial is judged by. */
const objectiveSchema = z.strictObject({
  /** Whether less or more of the metric is better. */
  type: z.enum(["minimize", "maximize"]),
  /** Name of the metric that the trials print. */
  metric: z.string().min(1),
  /** Value at which the search ends. @default it ends with its trials */
  goal: z.number().optional(),
  /** Further metrics that are kept. @default none */
  additionalMetrics: z.array(z.string().min(1)).default([]),
  /** Which of the values that a trial reports counts, by metric. @default the best one */
  strategies: z.record(z.string(), z.enum(["min", "max", "latest"])).default({}),
});

/** A layer that an architecture can have. */
const operationSchema = z.strictObject({
  /** Kind of the layer, as the program knows it. */
  type: z.string().min(1),
  /** Its parameters. */
  parameters: parametersSchema,
});

const architectureSchema = z.strictObject({
  /** Layers. */
  numLayers: z.int().min(1).max(1000),
  /** Sizes of the input. @default unknown; required by `enas` */
  inputSizes: z.array(z.int().min(1)).min(1).optional(),
  /** Sizes of the output. @default unknown; required by `enas` */
  outputSizes: z.array(z.int().min(1)).min(1).optional(),
  /** Layers to choose from. */
  operations: z.array(operationSchema).min(1),
});

const metricsFile = z.string().regex(/^\/tmp\/[\w./-]+$/, { error: "a path below /tmp" });

const metricsSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("stdout"),
    /** Patterns with two groups, name and value, of lines with a metric. @default lines with name=value */
    formats: z.array(z.string().min(1)).min(1).optional(),
  }),
  z.strictObject({
    type: z.literal("file"),
    /** The file, below `/tmp`. @default "/tmp/katib/metrics.log" */
    path: metricsFile.default("/tmp/katib/metrics.log"),
    /** `json`: an object with names and values on each line. @default "text" */
    format: z.enum(["text", "json"]).default("text"),
  }),
  z.strictObject({
    type: z.literal("tensorflow-event"),
    /** Folder of the event files, below `/tmp`. @default "/tmp/katib/events" */
    path: metricsFile.default("/tmp/katib/events"),
  }),
  // The program reports by Katib's SDK.
  z.strictObject({ type: z.literal("push") }),
  z.strictObject({
    type: z.literal("custom"),
    /** Image of a container that runs beside the program and reports to `KATIB_DB_MANAGER` what it reads, as trial `KATIB_TRIAL_NAME`. */
    image: imageSchema,
    /** Arguments of the container. @default none */
    args: z.array(z.string().min(1)).default([]),
    /** File that the program writes, below `/tmp`; its folder is shared. @default "/tmp/katib/metrics.log" */
    path: metricsFile.default("/tmp/katib/metrics.log"),
    /** CPU cores of the container. @default 0.1 */
    cpu: z.number().min(0.01).max(16).default(0.1),
    /** Its memory. @default 256Mi */
    memory: sizeSchema.default(Size.mebibytes(256)),
  }),
]);

/** The pod of a trial. */
const trialSchema = z.strictObject({
  /** The program and its arguments, files of the image; each parameter of the search follows as `--name=value`. */
  program: z.array(z.string().min(1)).min(1),
  /** Image with the program. */
  image: imageSchema,
  /** User of the image. @default 1000 */
  user: z.int().min(1).max(2_147_483_647).default(1000),
  /** CPU cores. @default 1 */
  cpu: z.number().min(0.1).max(512).default(1),
  /** Memory. @default 4Gi */
  memory: sizeSchema.default(Size.gibibytes(4)),
  /** Local disk, at `/tmp`. @default 10Gi */
  scratch: sizeSchema.default(Size.gibibytes(10)),
  /** Accelerators; requires a pool that has them. @default 0 */
  accelerators: z.int().min(0).max(64).default(0),
  /** Node pool. @default any node without taints */
  pool: ref("nodePool").optional(),
  /** Environment variables; values or keys of Secrets. @default none */
  env: environmentSchema.default({}),
  /** Buckets that the program may use. @default none */
  buckets: z.array(ref("bucket")).default([]),
  /** Registry to which the program logs runs and models. @default none */
  modelRegistry: ref("modelRegistry").optional(),
  /** Annotations of the ServiceAccount, such as those of a cloud identity. @default none */
  serviceAccountAnnotations: z.record(z.string(), z.string()).default({}),
  /** Ports that the pods reach outside of the cluster. @default none */
  outsidePorts: z.array(z.int().min(1).max(65_535)).default([]),
});

/** Props of an experiment. */
export const experimentSchema = z.strictObject({
  /** Namespace. @default "experiments" */
  namespace: labelNameSchema.default("experiments"),
  /** What the search is for. */
  objective: objectiveSchema,
  /** How values are chosen. */
  algorithm: algorithmSchema,
  /** Parameters of the search. @default none: an algorithm for architectures */
  parameters: parametersSchema.default({}),
  /** Search space of an algorithm for architectures. @default none: an algorithm for parameters */
  architecture: architectureSchema.optional(),
  /** Ends trials that are worse than the median of the others. @default trials run to their end */
  medianStop: z
    .strictObject({
      /** Trials before the rule applies. @default 3 */
      minTrialsRequired: z.int().min(1).default(3),
      /** First reported value that it looks at. @default 4 */
      startStep: z.int().min(1).default(4),
    })
    .optional(),
  /** Trials at the same time: their accelerators are counted in budgets and quotas. @default 3 */
  parallelTrials: z.int().min(1).max(1000).default(3),
  /** Trials in all. @default 12 */
  maxTrials: z.int().min(1).max(100_000).default(12),
  /** Failed trials after which the experiment fails. @default 3 */
  maxFailedTrials: z.int().min(0).max(100_000).default(3),
  /** How the metric of a trial is read. @default lines of its output */
  metrics: metricsSchema.prefault({ type: "stdout" }),
  /** The pod of a trial, which runs as a Job. @default none: `job` */
  trial: trialSchema.optional(),
  /** A job of another product for each trial, such as one of `trainer.trials` or `ray.trials`. @default none: `trial` */
  job: ref("trialJob").optional(),
  /** What happens to the suggestion service when the search has ended: with `long-running` or `from-volume`, raising `maxTrials` continues it. @default "never", with population-based training "from-volume" */
  resume: z.enum(["never", "long-running", "from-volume"]).optional(),
  /** Registers the parameters and metrics of the best trial when the search has ended. @default not registered */
  best: registrationSchema.optional(),
  /** Keeps the jobs of finished trials, with their logs. @default false */
  retain: z.boolean().default(false),
  /** Queue that admits each trial. @default trials start at once */
  queue: ref("queue").optional(),
});

/** Section `katib`: the controller, and what it searches for. */
export const katibSectionSchema = z.strictObject({
  /** The controller. */
  operator: katibOperatorSchema,
  /** Experiments by name. @default none */
  experiments: z.record(z.string(), experimentSchema).default({}),
});

/** Props of the controller. */
export type KatibOperatorProps = PropsOf<typeof katibOperatorSchema>;

/** Settings of the controller. */
export type KatibOperatorSettings = SettingsOf<typeof katibOperatorSchema>;

/** Props of an experiment. */
export type ExperimentProps = PropsOf<typeof experimentSchema>;

/** Settings of an experiment. */
export type ExperimentSettings = SettingsOf<typeof experimentSchema>;

/** Settings of the pod of a trial. */
export type TrialSettings = NonNullable<ExperimentSettings["trial"]>;
