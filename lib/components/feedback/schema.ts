/** Props of feedback loops. */

import { z } from "zod";
import { Duration } from "#lib/core/duration";
import { durationSchema, imageSchema, labelNameSchema, secretRefSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { environmentSchema } from "#lib/kube/pod-parts";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { storedSecretSchema } from "#lib/kube/stored-secret";

const columnSchema = z.string().regex(/^[^\s,]{1,128}$/, { error: "a column name without blanks and commas" });
const fileSchema = z
  .string()
  .regex(/^[^\s/]+(?:\/[^\s/]+)*$/, { error: "a path such as churn/reference.parquet, without a slash at its ends" });

const dataSchema = z.strictObject({
  /** Bucket of both tables. */
  bucket: ref("bucket"),
  /** Parquet file, or folder of such files, of the features and predictions that the model was trained and tested on. */
  reference: fileSchema,
  /** Parquet file, or folder of such files, of those of today. */
  current: fileSchema,
  /** Columns that are compared. @default every column of the reference */
  columns: z.array(columnSchema).default([]),
  /** Time between two comparisons. @default 1h */
  every: durationSchema.default(Duration.hours(1)),
});

const lasting = {
  /** How long it has to be so. @default 30m */
  lasting: durationSchema.default(Duration.minutes(30)),
};

/** A rule: an alert, and what happens then. */
const ruleSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** A column has another distribution than in the reference; requires `data`. */
    type: z.literal("drift"),
    /** Population stability index from which on it counts; 0.1 is some, 0.2 much. @default 0.2 */
    threshold: z.number().positive().max(100).default(0.2),
    ...lasting,
    /** What follows, besides the alert. @default "retrain" */
    starts: z.enum(["retrain", "nothing"]).default("retrain"),
  }),
  z.strictObject({
    /** A column lacks more values than it should; requires `data`. */
    type: z.literal("missing"),
    /** Share of rows without a value. @default 0.1 */
    share: z.number().min(0).max(1).default(0.1),
    ...lasting,
    /** What follows, besides the alert. @default "nothing" */
    starts: z.enum(["retrain", "nothing"]).default("nothing"),
  }),
  z.strictObject({
    /** A query in PromQL returns something, such as the error rate of an endpoint above its limit. */
    type: z.literal("query"),
    /** Part of the alert's name, such as `slow`. */
    name: z
      .string()
      .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, { error: "a name in kebab-case such as error-rate" })
      .max(40),
    /** PromQL that returns a series for each fault. */
    query: z.string().min(1).max(4096),
    /** One line for who reads the alert. */
    summary: z.string().min(1).max(200),
    ...lasting,
    /** What follows, besides the alert: `rollback` lets the version before the last promotion serve again. @default "nothing" */
    starts: z.enum(["retrain", "rollback", "nothing"]).default("nothing"),
  }),
]);

const retrainSchema = z.strictObject({
  /** Image of the training. It registers a version of the model and gives it the alias `candidate`. */
  image: imageSchema,
  /** Program and arguments. @default the entry point of the image */
  program: z.array(z.string().min(1)).min(1).optional(),
  /** Further environment variables: texts, and keys of Secrets that exist. @default none */
  env: environmentSchema.default({}),
  /** Buckets that it reads and writes. @default none: models go through the registry */
  buckets: z.array(ref("bucket")).max(8).default([]),
  /** CPU cores. @default 2 */
  cpu: z.number().min(0.1).max(512).default(2),
  /** Memory. @default 8Gi */
  memory: sizeSchema.default(Size.gibibytes(8)),
  /** Accelerators; requires a pool that has some. @default 0 */
  accelerators: z.int().min(0).max(16).default(0),
  /** Disk for files, at `/tmp`. @default 10Gi */
  scratch: sizeSchema.default(Size.gibibytes(10)),
  /** Node pool. @default any node without a taint */
  pool: ref("nodePool").optional(),
  /** Queue in which the job waits for quota. @default it starts at once */
  queue: ref("queue").optional(),
  /** Time limit. @default 6h */
  deadline: durationSchema.default(Duration.hours(6)),
  /** Time from the start of a job in which no other one starts, whatever alerts say. @default 24h */
  cooldown: durationSchema.default(Duration.days(1)),
});

const gateSchema = z.strictObject({
  /** Metric of the training runs that decides, such as `test_auc`. */
  metric: z.string().regex(/^[\w./ -]{1,250}$/, { error: "the name of a metric" }),
  /** Which value is better. @default "higher" */
  better: z.enum(["higher", "lower"]).default("higher"),
  /** By how much a candidate has to be better than the version that serves. @default 0 */
  margin: z.number().min(0).default(0),
  /** Who lets a better candidate serve: a person, by the tag `feedback.approved` of its version, or nobody. @default "manual" */
  approval: z.enum(["manual", "automatic"]).default("manual"),
});

const percentSchema = z.int().min(1).max(99);

const rolloutSchema = z.strictObject({
  /** Service with a `trafficSplit` that serves the model. */
  service: ref("modelServer"),
  /** Shares of the requests before all of them, in percent, each larger than the one before. @default [10,50] */
  steps: z.array(percentSchema).min(1).max(10).default([10, 50]),
  /** How long each share lasts, at least, the last one of 100 % too. @default 10m */
  hold: durationSchema.default(Duration.minutes(10)),
  /** Requests that a version has to answer at each share. @default 100 */
  requests: z.int().min(1).max(1_000_000).default(100),
  /** Share of failed requests above which a version is taken back. @default 0.05 */
  errors: z.number().min(0).max(1).default(0.05),
  /** Mean time of a request above which a version is taken back. @default 1s */
  latency: durationSchema.default(Duration.seconds(1)),
  /** Time after which a rollout that has not ended is taken back. @default 24h */
  within: durationSchema.default(Duration.days(1)),
});

/** Props of a loop. */
export const loopSchema = z.strictObject({
  /** Namespace of its pods. @default "feedback" */
  namespace: labelNameSchema.default("feedback"),
  /** Registry of the model; one with aliases, such as MLflow. */
  registry: ref("modelRegistry"),
  /** Name of the registered model. Its alias `champion` names the version that serves. */
  model: z.string().regex(/^[^\s/:]{1,250}$/, { error: "a name without blanks, slashes and colons" }),
  /** User of a registry that asks for one. @default none */
  login: z
    .strictObject({
      /** Name of the user. */
      user: z.string().regex(/^[\w.@-]{1,250}$/, { error: "the name of a user" }),
      /** Password of the user. */
      password: z.discriminatedUnion("type", [secretRefSchema, storedSecretSchema]),
    })
    .optional(),
  /** Tables that are compared. @default none: rules of type query only */
  data: dataSchema.optional(),
  /** When an alert is raised, and what follows. */
  rules: z.array(ruleSchema).min(1).max(32),
  /** Training of another version; required by rules with `starts: "retrain"`. @default none */
  retrain: retrainSchema.optional(),
  /** When a candidate may serve; required with `retrain`. @default none */
  gate: gateSchema.optional(),
  /** Shares of the requests that a promoted version gets before all of them. @default none: the alias moves at once */
  rollout: rolloutSchema.optional(),
  /** Pods that compare tables and watch the registry. @default 1 */
  replicas: z.int().min(1).max(3).default(1),
  /** Memory of each of these pods: both tables are in it. @default 2Gi */
  memory: sizeSchema.default(Size.gibibytes(2)),
  /** Node pool of these pods. @default any node without a taint */
  pool: ref("nodePool").optional(),
});

/** Section `feedback`. */
export const feedbackSectionSchema = z.strictObject({
  /** Image with the Python package of the folder `feedback`. */
  image: imageSchema,
  /** Loops by name. */
  loops: z.record(labelNameSchema, loopSchema),
});

/** Props of a loop. */
export type LoopProps = PropsOf<typeof loopSchema>;

/** Settings of a loop: its props with every default filled in. */
export type LoopSettings = SettingsOf<typeof loopSchema>;

/** Settings of a rollout. */
export type RolloutSettings = SettingsOf<typeof rolloutSchema>;

/** Settings of a rule. */
export type RuleSettings = SettingsOf<typeof ruleSchema>;
