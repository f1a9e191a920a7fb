/** Props of the Flink operator, of session clusters and of the alerts about them. Those of applications are in `application-schema.ts`. */

import { z } from "zod";
import type { BeamOnFlink } from "#lib/beam/matrix";
import { Duration } from "#lib/core/duration";
import { durationSchema, imageSchema, labelNameSchema, secretRefSchema, sizeSchema, typedAs, variableNameSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { fileMountsSchema } from "#lib/kube/file-mounts";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { type DurableStorage, storageSchema } from "./storage";

/** Props of the Flink operator. */
export const flinkOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each operator pod. @default 0.2 cores and 512Mi, at most 1 core and 1Gi; the webhook 0.05 cores and 256Mi, at most 0.5 cores and 512Mi */
  resources: z
    .strictObject({
      /** The operator; it needs more memory with more clusters. @default 0.2 cores and 512Mi, at most 1 core and 1Gi */
      operator: partResourcesSchema.optional(),
      /** The webhook beside it. @default 0.05 cores and 256Mi, at most 0.5 cores and 512Mi */
      webhook: partResourcesSchema.optional(),
    })
    .optional(),
  /** Namespaces whose Flink objects it reconciles. @default every namespace */
  watchNamespaces: z.array(labelNameSchema).min(1).optional(),
  /** Installs the admission webhook; requires cert-manager and webhooks in the pod network. @default true with cert-manager, else false; false if webhooks are in the host's network */
  webhook: z.boolean().optional(),
  /** Digest of the operator's image, `sha256:...`, used instead of the tag. @default none: the tag is used */
  imageDigest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, { error: "sha256: and 64 hexadecimal digits" })
    .optional(),
});

const versionSchema = z.string({ error: "a version, such as 2.2" });

/** Any strings here: the version matrix decides which combinations are valid, and its problem lists them. */
const versionsSchema = typedAs<BeamOnFlink>(
  z.strictObject({
    /** Beam SDK, such as 2.77.0. */
    beamSdk: versionSchema,
    /** Flink line, such as 2.2. */
    flinkVersion: versionSchema,
    /** Python of the SDK's image, such as 3.11. */
    python: versionSchema,
  }),
);

/** Flink rejects less than 0.1 core for a thread. */
const coresSchema = z.number().min(0.1).max(512);

/** When Flink restarts a failed job. */
const restartSchema = z.discriminatedUnion("type", [
  /** A failure ends the job. */
  z.strictObject({ type: z.literal("none") }),
  /** Restarts after the same time, a limited number of times. */
  z.strictObject({
    type: z.literal("fixed-delay"),
    /** Restarts in the job's whole life. */
    attempts: z.int().min(1),
    /** Time between a failure and the restart. */
    delay: durationSchema,
  }),
  /** Restarts unless failures come too often. */
  z.strictObject({
    type: z.literal("failure-rate"),
    /** Failures within `interval` that the job survives. */
    maxFailures: z.int().min(1),
    /** Window in which failures are counted. */
    interval: durationSchema,
    /** Time between a failure and the restart. */
    delay: durationSchema,
  }),
  /** Restarts after a time that grows with each failure, a limited number of times in a row. */
  z.strictObject({
    type: z.literal("exponential-delay"),
    /** Restarts in a row. */
    attempts: z.int().min(1),
    /** Longest time between a failure and the restart. */
    maxDelay: durationSchema,
    /** Time without failure after which the count starts again. */
    resetAfter: durationSchema,
  }),
]);

const levelSchema = z.enum(["TRACE", "DEBUG", "INFO", "WARN", "ERROR"]);
const loggerSchema = z.string().regex(/^[\w$.-]+$/, { error: "the name of a logger, such as org.apache.flink" });

/** JobManager pods, which coordinate jobs. */
const jobManagerSchema = z.strictObject({
  /** Pods; more than one requires `highAvailability`. @default 1 */
  replicas: z.int().min(1).max(10).default(1),
  /** CPU cores of each. @default 1 */
  cpu: coresSchema.default(1),
  /** Memory of each: heap, metaspace and overhead together. @default 2Gi */
  memory: sizeSchema.default(Size.gibibytes(2)),
  /** Node pool they run on. @default any node without taints */
  pool: ref("nodePool").optional(),
});

/** TaskManager pods, which run tasks. */
export const taskPodSchema = z.strictObject({
  /** Tasks that one pod runs at the same time; in a session cluster each gets its own worker process. @default 1 */
  slots: z.int().min(1).max(256).default(1),
  /** CPU cores of each, not counting Beam workers. @default 1 */
  cpu: coresSchema.default(1),
  /** Memory of each, not counting Beam workers. @default 2Gi */
  memory: sizeSchema.default(Size.gibibytes(2)),
  /** Ephemeral storage of each, for spilled data and state on disk. A pod that exceeds it is evicted. @default the namespace's default for a container */
  scratch: sizeSchema.optional(),
  /** Node pool they run on; a pool with GPUs where workers have some. @default any node without taints */
  pool: ref("nodePool").optional(),
});

/** TaskManager pods of a session cluster, which come and go with its jobs. */
const taskManagerSchema = taskPodSchema.extend({
  /** Pods that run even without jobs. @default 1 */
  replicas: z.int().min(0).max(10_000).default(1),
  /** Upper limit of pods; Flink starts more when jobs request more slots than exist. @default 4 */
  maxReplicas: z.int().min(1).max(10_000).default(4),
  /** Idle time after which Flink stops a pod beyond `replicas`. Flink's own default of 30s would restart pods between two batch pipelines. @default 5m */
  idleTimeout: durationSchema.default(Duration.minutes(5)),
});

/** The Beam worker pool beside each TaskManager: user code runs there. */
const workerSchema = z.strictObject({
  /** Image with the Beam SDK and the packages that pipelines import. @default the SDK image of the cluster's versions */
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
  env: z.record(variableNameSchema, z.string()).optional(),
  /** Environment variables from keys of Secrets that exist. @default none */
  secretEnv: z.record(variableNameSchema, secretRefSchema).optional(),
  /** PersistentVolumeClaim that exists; mounted at `/pvc` for pipelines that read or write files by path. @default none */
  filesClaim: labelNameSchema.optional(),
  /** Secrets and ConfigMaps as files, by folder, such as the CA of a store at `/etc/ca`. @default none */
  mounts: fileMountsSchema.optional(),
  /** Feature store that pipelines read and write, which name it, too: the configuration of its clients, where Feast's SDK finds it, and the way there. @default none */
  featureStore: ref("featureStore").optional(),
  /** Collections of transforms in volumes, for pipelines that list them, too. @default none */
  collections: z.array(ref("transformCollection")).default([]),
  /** Buckets that pipelines read and write, with their submitters; Beam needs its extra `aws`, `gcp` or `azure` in the image. @default none */
  buckets: z.array(ref("bucket")).default([]),
  /** Pre-trained models that pipelines load, which bind them, too; one in a volume is at `/models/<name>`. @default none */
  models: z.array(ref("pretrainedModel")).default([]),
});

/** Checkpoints of jobs that set none themselves. */
const checkpointsSchema = z.strictObject({
  /** Time between two checkpoints. @default 1m */
  interval: durationSchema.default(Duration.minutes(1)),
  /** A checkpoint that takes longer is aborted. @default 10m */
  timeout: durationSchema.default(Duration.minutes(10)),
  /** Completed checkpoints to keep. @default 3 */
  retained: z.int().min(1).max(1000).default(3),
});

/** What session clusters and applications have in common. */
export const flinkCommonSchema = z.strictObject({
  /** Namespace of the pods. @default "flink" */
  namespace: labelNameSchema.default("flink"),
  /** Flink image. @default the official image of the Flink line, on Java 17 */
  image: imageSchema.optional(),
  /** JobManager pods, which coordinate jobs. @default one pod of 1 core and 2Gi */
  jobManager: jobManagerSchema.prefault({}),
  /** Durable storage of checkpoints, savepoints and high-availability metadata. @default none: state is lost with the pods */
  storage: storageSchema.optional(),
  /** Stores leader and job metadata in ConfigMaps and `storage`, so that jobs survive a JobManager; requires `storage`. @default false */
  highAvailability: z.boolean().default(false),
  /** Checkpoints of jobs that set none themselves. @default no checkpoints */
  checkpoints: checkpointsSchema.optional(),
  /** Savepoints. @default below `storage` where it is set, else none */
  savepoints: z
    .strictObject({
      /** Storage of savepoints, such as a bucket without a lifecycle rule. @default below `storage` */
      storage: storageSchema.optional(),
    })
    .optional(),
  /** Restart strategy of failed jobs; limited, because Flink's default restarts a failing job forever once checkpoints are enabled. @default exponential-delay: 5 attempts in a row, at most 1m apart, reset after 1h */
  restart: restartSchema.default({
    type: "exponential-delay",
    attempts: 5,
    maxDelay: Duration.minutes(1),
    resetAfter: Duration.hours(1),
  }),
  /** Log levels. @default the operator's log configuration */
  logging: z
    .strictObject({
      /** Level of the root logger. @default "INFO" */
      level: levelSchema.default("INFO"),
      /** Levels by logger, such as `org.apache.flink.runtime.checkpoint`. @default none */
      loggers: z.record(loggerSchema, levelSchema).default({}),
    })
    .optional(),
  /** Annotations of the ServiceAccounts, such as those of IRSA or workload identity. @default none */
  serviceAccountAnnotations: z.record(z.string().min(1), z.string()).optional(),
  /** Further keys of Flink's configuration; keys that a prop sets and keys without effect are rejected. @default none */
  flinkConfiguration: z.record(z.string().min(1), z.string()).optional(),
});

/** Props of a session cluster. */
export const flinkClusterSchema = flinkCommonSchema.extend({
  /** Versions of Beam SDK, Flink and Python; a combination without a Beam runner does not compile. @default Beam 2.77.0, Flink 2.2, Python 3.11 */
  versions: versionsSchema.default({ beamSdk: "2.77.0", flinkVersion: "2.2", python: "3.11" }),
  /** TaskManager pods, which run tasks. @default one pod, at most 4, of 1 core and 2Gi */
  taskManager: taskManagerSchema.prefault({}),
  /** The Beam worker pool beside each TaskManager. @default 0.5 cores and 1Gi for each slot */
  worker: workerSchema.prefault({}),
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
  /** Share of time that a task is back-pressured by downstream tasks. @default 0.5 */
  backPressure: shareSchema.default(0.5),
  /** Share of the heap in use. @default 0.95 */
  heap: shareSchema.default(0.95),
});

/** Props of the Flink operator. */
export type FlinkOperatorProps = PropsOf<typeof flinkOperatorSchema>;

/** Settings of the Flink operator. */
export type FlinkOperatorSettings = SettingsOf<typeof flinkOperatorSchema>;

/** Props of a session cluster. */
export type FlinkClusterProps = PropsOf<typeof flinkClusterSchema>;

/** Settings of a cluster: its props with every default filled in. */
export type GivenFlinkClusterSettings = SettingsOf<typeof flinkClusterSchema>;

/** Storage as it is given. */
type GivenStorage = Pick<GivenFlinkClusterSettings, "storage" | "savepoints">;

/** Settings with buckets as storage that Flink knows. */
export type WithStorage<Given extends GivenStorage> = Omit<Given, keyof GivenStorage> & {
  readonly storage?: DurableStorage | undefined;
  readonly savepoints?: { readonly storage?: DurableStorage | undefined } | undefined;
};

/** Settings of a cluster with buckets as storage that Flink knows. */
export type FlinkClusterSettings = WithStorage<GivenFlinkClusterSettings>;

/** Settings that make the pods of a session cluster, or of an application, which has its code in Flink's own containers. */
export type FlinkPodSettings = WithStorage<SettingsOf<typeof flinkCommonSchema>> & {
  readonly taskManager: SettingsOf<typeof taskPodSchema>;
  /** @default no Beam workers */
  readonly worker?: FlinkClusterSettings["worker"];
  /** Environment variables of Flink's containers. @default none */
  readonly env?: FlinkClusterSettings["worker"]["env"];
  /** Environment variables of Flink's containers from keys of Secrets. @default none */
  readonly secretEnv?: FlinkClusterSettings["worker"]["secretEnv"];
  /** Secrets and ConfigMaps as files in Flink's containers. @default none */
  readonly mounts?: FlinkClusterSettings["worker"]["mounts"];
};

/** Alert thresholds, complete. */
export type FlinkAlertSettings = SettingsOf<typeof flinkAlertSchema>;

/** Alert thresholds. */
export type FlinkAlertProps = PropsOf<typeof flinkAlertSchema>;
