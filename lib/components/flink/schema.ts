/** Props of the Flink operator, of session clusters and of the alerts about them. */

import { z } from "zod";
import type { BeamOnFlink } from "#lib/beam/matrix";
import { Duration } from "#lib/core/duration";
import { durationSchema, imageSchema, labelNameSchema, secretRefSchema, sizeSchema, typedAs } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { storageSchema } from "./storage";

/** Props of the Flink operator. */
export const flinkOperatorSchema = z.strictObject({
  /** Operator pods; with more than one a leader is elected. @default 1 */
  replicas: z.int().min(1).max(5).default(1),
  /** Namespaces whose Flink objects it reconciles. @default every namespace */
  watchNamespaces: z.array(labelNameSchema).min(1).optional(),
  /** Validate Flink objects at admission; needs cert-manager. @default true where there is a cert-manager */
  webhook: z.boolean().optional(),
  /** Digest of the operator's image, `sha256:...`, which then counts instead of the tag. @default the tag counts */
  imageDigest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, { error: "sha256: and 64 hexadecimal digits" })
    .optional(),
});

const versionSchema = z.string({ error: "a version, such as 2.2" });

/** Any texts: which versions go together is for the matrix to say, in one problem that names the legal ones. */
const versionsSchema = typedAs<BeamOnFlink>(z.strictObject({ beamSdk: versionSchema, flinkVersion: versionSchema, python: versionSchema }));

/** Flink rejects less than 0.1 core for a thread. */
const coresSchema = z.number().min(0.1).max(512);

/** When Flink starts a failed job again. */
const restartSchema = z.discriminatedUnion("type", [
  /** A failure ends the job. */
  z.strictObject({ type: z.literal("none") }),
  /** At most `attempts` restarts in the job's whole life. */
  z.strictObject({ type: z.literal("fixed-delay"), attempts: z.int().min(1), delay: durationSchema }),
  /** Ends once there are more failures than `maxFailures` within `interval`. */
  z.strictObject({ type: z.literal("failure-rate"), maxFailures: z.int().min(1), interval: durationSchema, delay: durationSchema }),
  /** At most `attempts` restarts in a row, each later than the one before; counted anew after `resetAfter` without failure. */
  z.strictObject({ type: z.literal("exponential-delay"), attempts: z.int().min(1), maxDelay: durationSchema, resetAfter: durationSchema }),
]);

const levelSchema = z.enum(["TRACE", "DEBUG", "INFO", "WARN", "ERROR"]);
const loggerSchema = z.string().regex(/^[\w$.-]+$/, { error: "the name of a logger, such as org.apache.flink" });
const variableSchema = z.string().regex(/^[A-Za-z_]\w*$/, { error: "a variable name of letters, digits and _" });

/** The pods that coordinate. */
const jobManagerSchema = z.strictObject({
  /** Pods; more than one are standbys, which require high availability. @default 1 */
  replicas: z.int().min(1).max(10).default(1),
  /** CPU cores of each. @default 1 */
  cpu: coresSchema.default(1),
  /** Memory of each: heap, metaspace and overhead together. @default 2Gi */
  memory: sizeSchema.default(Size.gibibytes(2)),
  /** Node pool they run on. @default any node without taints */
  pool: ref("nodePool").optional(),
});

/** The pods that work. */
const taskManagerSchema = z.strictObject({
  /** Pods that run even without jobs. @default 1 */
  replicas: z.int().min(0).max(10_000).default(1),
  /** Most pods: Flink starts more when jobs ask for more slots than there are. @default 4 */
  maxReplicas: z.int().min(1).max(10_000).default(4),
  /** How long a pod beyond `replicas` may be idle before Flink stops it; Flink's own 30s would restart a pod between two batch pipelines. @default 5m */
  idleTimeout: durationSchema.default(Duration.minutes(5)),
  /** Tasks that one pod runs at the same time; each gets its own worker process. @default 1 */
  slots: z.int().min(1).max(256).default(1),
  /** CPU cores of each, without the workers'. @default 1 */
  cpu: coresSchema.default(1),
  /** Memory of each, without the workers'. @default 2Gi */
  memory: sizeSchema.default(Size.gibibytes(2)),
  /** Ephemeral storage of each, where batch jobs spill and state on disk lies. @default the namespace's default for a container */
  scratch: sizeSchema.optional(),
  /** Node pool they run on; one with GPUs where the workers ask for any. @default any node without taints */
  pool: ref("nodePool").optional(),
});

/** The Beam worker pool beside each TaskManager: user code runs there. */
const workerSchema = z.strictObject({
  /** Image with the SDK and what the pipelines import. @default the SDK image of the cluster's versions */
  image: imageSchema.optional(),
  /** CPU cores for each slot. @default 0.5 */
  cpuPerSlot: coresSchema.default(0.5),
  /** Memory for each slot. @default 1Gi */
  memoryPerSlot: sizeSchema.default(Size.gibibytes(1)),
  /** Ephemeral storage for all workers of a TaskManager together. @default the namespace's default for a container */
  scratch: sizeSchema.optional(),
  /** GPUs for all workers of a TaskManager together. @default 0 */
  gpus: z.int().min(0).max(16).default(0),
  /** Environment variables. @default none */
  env: z.record(variableSchema, z.string()).optional(),
  /** Environment variables from keys of Secrets that exist. @default none */
  secretEnv: z.record(variableSchema, secretRefSchema).optional(),
  /** A PersistentVolumeClaim that exists, mounted at `/pvc` for pipelines that read or write files by path. @default none */
  filesClaim: labelNameSchema.optional(),
});

/** Checkpoints that jobs make unless they set their own. */
const checkpointsSchema = z.strictObject({
  /** Time between two. @default 1m */
  interval: durationSchema.default(Duration.minutes(1)),
  /** A checkpoint that takes longer is aborted. @default 10m */
  timeout: durationSchema.default(Duration.minutes(10)),
  /** Completed ones that are kept. @default 3 */
  retained: z.int().min(1).max(1000).default(3),
});

/** Props of a session cluster. */
export const flinkClusterSchema = z.strictObject({
  /** Namespace of the cluster. @default "flink" */
  namespace: labelNameSchema.default("flink"),
  /** Beam SDK, Flink line and Python, which must go together. @default Beam 2.77.0, Flink 2.2, Python 3.11 */
  versions: versionsSchema.default({ beamSdk: "2.77.0", flinkVersion: "2.2", python: "3.11" }),
  /** Flink image. @default the official one of the line, on Java 17 */
  image: imageSchema.optional(),
  /** The pods that coordinate. @default one pod of 1 core and 2Gi */
  jobManager: jobManagerSchema.prefault({}),
  /** The pods that work. @default one pod, at most 4, of 1 core and 2Gi */
  taskManager: taskManagerSchema.prefault({}),
  /** The Beam worker pool beside each TaskManager. @default 0.5 cores and 1Gi for each slot */
  worker: workerSchema.prefault({}),
  /** Where checkpoints, savepoints and the metadata of high availability outlive pods. @default none: state is lost with the pods */
  storage: storageSchema.optional(),
  /** Keep leader and job metadata in ConfigMaps and storage, so that jobs survive the JobManager. @default false */
  highAvailability: z.boolean().default(false),
  /** Checkpoints of every job. @default no checkpoints unless a job asks for them */
  checkpoints: checkpointsSchema.optional(),
  /** Where savepoints go. @default below the cluster's storage where there is one, else none */
  savepoints: z
    .strictObject({
      /** A place of their own, such as a bucket that is never cleaned. @default below the cluster's storage */
      storage: storageSchema.optional(),
    })
    .optional(),
  /** Bounded, because Flink's default retries a failing pipeline for ever as soon as checkpoints are on. @default exponential-delay, 5 attempts in a row, at most 1m apart, counted anew after 1h */
  restart: restartSchema.default({
    type: "exponential-delay",
    attempts: 5,
    maxDelay: Duration.minutes(1),
    resetAfter: Duration.hours(1),
  }),
  /** What goes to the log. @default the operator's own log configuration */
  logging: z
    .strictObject({
      /** Level of everything not named below. @default "INFO" */
      level: levelSchema.default("INFO"),
      /** Levels by logger, such as `org.apache.flink.runtime.checkpoint`. @default none */
      loggers: z.record(loggerSchema, levelSchema).default({}),
    })
    .optional(),
  /** Annotations of the ServiceAccounts, such as those that give a cloud identity. @default none */
  serviceAccountAnnotations: z.record(z.string().min(1), z.string()).optional(),
  /** Further keys of Flink's configuration; those that a prop writes are refused. @default none */
  flinkConfiguration: z.record(z.string().min(1), z.string()).optional(),
});

const shareSchema = z.number().gt(0).lt(1);

/**
 * Alert thresholds. 3 restarts: the default restart strategy gives up after 5 in a row, so the alert comes before.
 * 3 checkpoints: one may fail in any rescale; three of fifteen (one a minute) put the point of recovery minutes back. 0.5: Flink's own
 * web interface calls a task highly back-pressured from there on. 0.95: what is left is less than one old-generation collection frees.
 */
export const flinkAlertSchema = z.strictObject({
  /** Restarts of a job within 15 minutes that raise an alert. @default 3 */
  restarts: z.int().min(1).default(3),
  /** Failed checkpoints of a job within 15 minutes that raise an alert. @default 3 */
  failedCheckpoints: z.int().min(1).default(3),
  /** Share of its time that a task waits for tasks behind it, from 0 to 1. @default 0.5 */
  backPressure: shareSchema.default(0.5),
  /** Share of the heap in use, from 0 to 1. @default 0.95 */
  heap: shareSchema.default(0.95),
});

/** Section `flink`: the operator, and session clusters that pipelines run on. */
export const flinkSectionSchema = z.strictObject({
  /** The Flink operator. @default one pod that watches every namespace */
  operator: flinkOperatorSchema.prefault({}),
  /** Session clusters: pipelines run on them by this name. */
  clusters: z.record(z.string(), flinkClusterSchema),
  /** Alert thresholds; only in an environment with monitoring. @default 3 restarts, 3 failed checkpoints, 0.5 back pressure, 0.95 heap */
  alerts: flinkAlertSchema.optional(),
});

/** Props of the Flink operator. */
export type FlinkOperatorProps = PropsOf<typeof flinkOperatorSchema>;

/** Settings of the Flink operator. */
export type FlinkOperatorSettings = SettingsOf<typeof flinkOperatorSchema>;

/** Props of a session cluster. */
export type FlinkClusterProps = PropsOf<typeof flinkClusterSchema>;

/** Settings of a session cluster: its props with every default filled in. */
export type FlinkClusterSettings = SettingsOf<typeof flinkClusterSchema>;

/** Alert thresholds, complete. */
export type FlinkAlertSettings = SettingsOf<typeof flinkAlertSchema>;

/** Alert thresholds. */
export type FlinkAlertProps = PropsOf<typeof flinkAlertSchema>;
