/** Props of Flink applications: jars of one's own, each on a cluster of its own; and the section with both. */

import { z } from "zod";
import type { FlinkLine } from "#lib/beam/matrix";
import { Duration } from "#lib/core/duration";
import { durationSchema, labelNameSchema, secretRefSchema, typedAs, variableNameSchema } from "#lib/core/schema";
import { fileMountsSchema } from "#lib/kube/file-mounts";
import type { PropsOf, SettingsOf } from "#lib/kube/props";
import { flinkAlertSchema, flinkClusterSchema, flinkCommonSchema, flinkOperatorSchema, taskPodSchema, type WithStorage } from "./schema";

/** Source: ArtifactFetchManager of Flink 1.19 to 2.2; plain http: is closed by `user.artifacts.raw-http-enabled`. */
const jarSchema = z.string().regex(/^(?:local|https|s3|gs|abfss):\/\/\S+$/, {
  error: "the URI of a jar: local:///opt/flink/usrlib/job.jar in the image, or https://, s3://, gs:// or abfss://",
});

/** A snapshot that is taken once. */
const snapshotSchema = z.strictObject({
  /** `savepoint` belongs to the user and lasts; `checkpoint` belongs to Flink, which deletes it. @default "savepoint" */
  type: z.enum(["savepoint", "checkpoint"]).default("savepoint"),
  /** Format of a savepoint: `canonical` can be read with any state backend, `native` is faster to take. @default "canonical" */
  format: z.enum(["canonical", "native"]).default("canonical"),
});

/** Props of a Flink application. */
export const flinkApplicationSchema = flinkCommonSchema.extend({
  /** Flink line of the application. @default "2.2" */
  flinkVersion: typedAs<FlinkLine>(z.string({ error: "a version, such as 2.2" })).default("2.2"),
  /** Jar with the job: `local://` in the image, else a page or an object; an object is read with the access of `storage`. */
  jar: jarSchema,
  /** Class whose `main` builds the job. @default the manifest of the jar names it */
  entryClass: z
    .string()
    .regex(/^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/, { error: "the name of a class, such as com.example.Clicks" })
    .optional(),
  /** Arguments of `main`. @default none */
  args: z.array(z.string()).default([]),
  /** Parallel tasks of each operator; the number of TaskManagers follows from it and from `taskManager.slots`. @default 1 */
  parallelism: z.int().min(1).max(32_768).default(1),
  /** What a change of the application does with the state of the running job: `stateless` drops it, `savepoint` takes a savepoint, `last-state` continues from the last checkpoint. @default "stateless" */
  upgrade: z.enum(["stateless", "savepoint", "last-state"]).default("stateless"),
  /** Savepoint to start from; another one restarts the job from there. @default none: empty state */
  savepoint: z
    .string()
    .regex(/^[a-z][a-z0-9+.-]*:\/\/\S+$/, { error: "a URI such as s3://bucket/savepoints/savepoint-1" })
    .optional(),
  /** Ignores state in the savepoint that the job no longer has. @default false */
  allowNonRestoredState: z.boolean().default(false),
  /** TaskManager pods, which run tasks. @default pods of 1 core and 2Gi */
  taskManager: taskPodSchema.prefault({}),
  /** Environment variables of Flink's containers. @default none */
  env: z.record(variableNameSchema, z.string()).optional(),
  /** Environment variables of Flink's containers from keys of Secrets that exist. @default none */
  secretEnv: z.record(variableNameSchema, secretRefSchema).optional(),
  /** Secrets and ConfigMaps as files in Flink's containers, by folder. @default none */
  mounts: fileMountsSchema.optional(),
  /** Snapshots of the state besides those of upgrades, in the storage of savepoints. @default none */
  snapshots: z
    .strictObject({
      /** Time between two savepoints that the operator takes. @default none are taken */
      every: durationSchema.optional(),
      /** Savepoints that the operator keeps track of, upgrades included; older ones leave its list. @default 10 */
      keep: z.int().min(1).max(1000).default(10),
      /** Age after which a savepoint leaves the list; one always stays. @default 24h */
      keepFor: durationSchema.default(Duration.hours(24)),
      /** Deletes the files of savepoints that leave the list; else they stay in the storage. @default false */
      dispose: z.boolean().default(false),
      /** Snapshots that are taken once, by name, and whose files stay. @default none */
      once: z.record(labelNameSchema, snapshotSchema).default({}),
    })
    .optional(),
  /** How a change is rolled out. @default in place */
  rollout: z
    .discriminatedUnion("type", [
      /** The job stops, and starts again with the change. */
      z.strictObject({ type: z.literal("in-place") }),
      /** A second deployment starts beside the running one, which is deleted once the second is ready; the cluster needs room for both. */
      z.strictObject({
        type: z.literal("blue-green"),
        /** Time within which the second must be ready; else it is suspended and the first goes on. @default 10m */
        readyWithin: durationSchema.default(Duration.minutes(10)),
        /** Time for which the first stays after the second is ready. @default 1m */
        keepOld: durationSchema.default(Duration.minutes(1)),
      }),
    ])
    .default({ type: "in-place" }),
});

/** Section `flink`: the operator, session clusters that pipelines run on, and applications. */
export const flinkSectionSchema = z.strictObject({
  /** The Flink operator. @default one pod that watches every namespace */
  operator: flinkOperatorSchema.prefault({}),
  /** Session clusters by name; pipelines refer to them as `runner`. @default none */
  clusters: z.record(z.string(), flinkClusterSchema).default({}),
  /** Applications by name: jars of your own, each on a cluster of its own. @default none */
  applications: z.record(z.string(), flinkApplicationSchema).default({}),
  /** Alert thresholds; requires the section `monitoring`. @default 3 restarts, 3 failed checkpoints, 0.5 back pressure, 0.95 heap */
  alerts: flinkAlertSchema.optional(),
});

/** Props of a Flink application. */
export type FlinkApplicationProps = PropsOf<typeof flinkApplicationSchema>;

/** Settings of an application: its props with every default filled in. */
type GivenFlinkApplicationSettings = SettingsOf<typeof flinkApplicationSchema>;

/** Settings of an application with buckets as storage that Flink knows. */
export type FlinkApplicationSettings = WithStorage<GivenFlinkApplicationSettings>;
