/** Props of Spark: the operator, applications and Spark Connect servers. */

import { z } from "zod";
import { cronSchema, timeZoneSchema } from "#lib/core/cron";
import { durationSchema, imageSchema, labelNameSchema, secretRefSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { DEFAULT_SPARK } from "./pin";

/** Props of Kubeflow's operator. */
export const sparkOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each pod. @default the controller 0.2 cores and 512Mi, at most 2 cores and 2Gi; the webhook 0.05 cores and 128Mi, at most 0.5 cores and 256Mi */
  resources: z
    .strictObject({
      /** The controller, in whose pods a JVM for each submission runs. @default 0.2 cores and 512Mi, at most 2 cores and 2Gi */
      controller: partResourcesSchema.optional(),
      /** The webhook. @default 0.05 cores and 128Mi, at most 0.5 cores and 256Mi */
      webhook: partResourcesSchema.optional(),
    })
    .optional(),
});

/** Props of Apache's operator. */
export const apacheSparkOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each pod. @default 0.2 cores and 2Gi, at most 1 core */
  resources: partResourcesSchema.optional(),
});

/** Pods of a role of an application. */
const podSchema = z.strictObject({
  /** CPU cores of a pod. @default 1 */
  cpu: z.number().min(0.1).max(256).default(1),
  /** Memory of a pod: the heap, and what Spark adds for Python and for buffers. @default 2Gi */
  memory: sizeSchema.default(Size.gibibytes(2)),
  /** Local disk of a pod, for shuffles and spills. @default 10Gi */
  scratch: sizeSchema.default(Size.gibibytes(10)),
  /** Node pool that the pods run on. @default any node without taints */
  pool: ref("nodePool").optional(),
});

const executorSchema = podSchema.extend({
  /** Number of executors; with `dynamicAllocation`, the number at the start. @default 1 */
  instances: z.int().min(1).max(10_000).default(1),
  /** Accelerators of an executor; requires a pool that has them. @default 0 */
  accelerators: z.int().min(0).max(64).default(0),
});

const environmentSchema = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "the name of an environment variable" }),
  z.union([z.string(), secretRefSchema]),
);

/** A version of Spark that runs as a user other than root and has pod templates. */
const versionSchema = z.string().regex(/^(3\.[45]|4\.\d+)\.\d+$/, { error: "a version from 3.4.0 to 4.x, such as 4.0.4" });

const dynamicAllocationSchema = z.strictObject({
  /** Fewest executors. @default 0 */
  min: z.int().min(0).max(10_000).default(0),
  /** Most executors: what is counted in budgets of accelerators and quotas. */
  max: z.int().min(1).max(10_000),
});

const confSchema = z.record(z.string().min(1), z.string());

/** What applications and servers have in common. */
const base = {
  /** Namespace. @default "spark" */
  namespace: labelNameSchema.default("spark"),
  /** Version of Spark; that of the image. @default "4.0.4" */
  version: versionSchema.default(DEFAULT_SPARK),
  /** Image with Spark and the application's own packages. @default Apache's image of the version */
  image: imageSchema.optional(),
  /** Executor pods. @default one of 1 CPU and 2Gi */
  executor: executorSchema.prefault({}),
  /** Grows and shrinks the number of executors with the work; shuffle data stays on executors. @default a fixed number */
  dynamicAllocation: dynamicAllocationSchema.optional(),
  /** Properties of Spark; those that the operator or other props own are rejected. @default none */
  conf: confSchema.default({}),
  /** Environment variables of all pods; values or keys of Secrets. @default none */
  env: environmentSchema.default({}),
  /** Annotations of the ServiceAccount, such as those of a cloud identity. @default none */
  serviceAccountAnnotations: z.record(z.string(), z.string()).default({}),
  /** Buckets that all pods may use: properties of Hadoop and credentials, or a cloud identity, and the way there; the image needs their file system, such as `hadoop-aws`. @default none */
  buckets: z.array(ref("bucket")).default([]),
  /** Bucket to which the event logs go, below `spark-events`, for a history server on the same bucket; the image needs its file system. @default no event logs */
  eventLogs: ref("bucket").optional(),
  /** Feature store that all pods read and write: the configuration of its clients, where Feast's SDK finds it, and the way there. @default none */
  featureStore: ref("featureStore").optional(),
  /** Ports that the pods reach outside of the cluster, such as 443 for package indexes. @default none */
  outsidePorts: z.array(z.int().min(1).max(65_535)).default([]),
};

const mainSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("python"),
    /** The program, such as `local:///opt/app/main.py`; `local` is a file of the image. */
    file: z.string().min(1),
  }),
  z.strictObject({
    type: z.literal("java"),
    /** The jar, such as `local:///opt/app/app.jar`; `local` is a file of the image. */
    file: z.string().min(1),
    /** Class with the main method. */
    class: z.string().min(1),
  }),
  z.strictObject({
    type: z.literal("scala"),
    /** The jar, such as `local:///opt/app/app.jar`; `local` is a file of the image. */
    file: z.string().min(1),
    /** Class with the main method. */
    class: z.string().min(1),
  }),
  z.strictObject({
    type: z.literal("r"),
    /** The program, such as `local:///opt/app/main.R`; `local` is a file of the image. */
    file: z.string().min(1),
  }),
]);

const restartSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("never") }),
  z.strictObject({
    type: z.literal("on-failure"),
    /** Most restarts. @default 3 */
    retries: z.int().min(1).max(1_000).default(3),
    /** Time between a failure and the restart. @default 30s */
    interval: durationSchema.optional(),
  }),
  z.strictObject({ type: z.literal("always") }),
]);

const scheduleSchema = z.strictObject({
  /** Start of the runs, in cron syntax. */
  cron: cronSchema,
  /** Time zone, such as `Europe/Zurich`. @default "UTC" */
  timeZone: timeZoneSchema.default("UTC"),
  /** What happens when the last run has not finished: `forbid` skips the run, `replace` ends the old one. @default "forbid" */
  overlap: z.enum(["forbid", "replace"]).default("forbid"),
  /** Finished runs of each result that are kept. @default 3 */
  history: z.int().min(1).max(100).default(3),
});

/** Props of an application. */
export const sparkApplicationSchema = z.strictObject({
  ...base,
  /** The program. */
  main: mainSchema,
  /** Arguments of the program; a secret belongs into `env`. @default none */
  arguments: z.array(z.string()).default([]),
  /** Driver pod. @default 1 CPU and 2Gi */
  driver: podSchema.prefault({}),
  /** What happens when the application ends. @default on-failure, three times */
  restart: restartSchema.prefault({ type: "on-failure" }),
  /** Runs the application again and again. @default once */
  schedule: scheduleSchema.optional(),
  /** Time after which a finished application is deleted. @default never */
  keep: durationSchema.optional(),
  /** Queue that admits the application. @default none: it starts at once */
  queue: ref("queue").optional(),
});

/** Props of a Spark Connect server. */
export const sparkConnectSchema = z.strictObject({
  ...base,
  /** Server pod. @default 1 CPU and 2Gi */
  server: podSchema.prefault({}),
  /** Namespaces whose pods may use the server, which has no authentication of its own. @default none */
  clients: z.array(labelNameSchema).default([]),
});

/** Props of a history server. */
export const sparkHistorySchema = z.strictObject({
  /** Namespace. @default "spark" */
  namespace: labelNameSchema.default("spark"),
  /** Version of Spark; that of the image. @default "4.0.4" */
  version: versionSchema.default(DEFAULT_SPARK),
  /** Image with Spark and the file system of the bucket, such as `hadoop-aws`. @default Apache's image of the version */
  image: imageSchema.optional(),
  /** Bucket with the event logs of applications: their `eventLogs`. */
  bucket: ref("bucket"),
  /** Namespaces whose pods may use the web UI and its REST API, which have no authentication. @default none */
  clients: z.array(labelNameSchema).default([]),
  /** Age at which event logs are deleted. @default never */
  keep: durationSchema.optional(),
  /** Pods; each reads all logs. @default 1 */
  replicas: z.int().min(1).max(5).default(1),
  /** CPU cores of each pod. @default 0.5 */
  cpu: z.number().min(0.1).max(64).default(0.5),
  /** Memory of each pod: the heap, and a tenth of it and at least 384Mi for the rest of the JVM. @default 2Gi */
  memory: sizeSchema.default(Size.gibibytes(2)),
  /** Local disk for logs that were read, so that they are parsed once. @default 10Gi */
  scratch: sizeSchema.default(Size.gibibytes(10)),
  /** Node pool. @default any node without taints */
  pool: ref("nodePool").optional(),
});

/** Section `spark`: the operator, applications and servers. */
export const sparkSectionSchema = z.strictObject({
  /** The operator. @default that of Kubeflow, one pod of each */
  operator: z
    .discriminatedUnion("type", [
      sparkOperatorSchema.extend({
        /** The Spark operator of Kubeflow: applications, also in queues and on schedules, and Spark Connect servers. */
        type: z.literal("kubeflow"),
      }),
      apacheSparkOperatorSchema.extend({
        /** The Spark operator of Apache: applications, neither in queues nor on schedules. */
        type: z.literal("apache"),
      }),
    ])
    .prefault({ type: "kubeflow" }),
  /** Applications by name. @default none */
  applications: z.record(z.string(), sparkApplicationSchema).default({}),
  /** Spark Connect servers by name: Spark sessions for programs elsewhere in the cluster. @default none */
  connect: z.record(z.string(), sparkConnectSchema).default({}),
  /** History servers by name: the web UI of applications that have ended, from their event logs. @default none */
  history: z.record(z.string(), sparkHistorySchema).default({}),
});

/** Props of the operator. */
export type SparkOperatorProps = PropsOf<typeof sparkOperatorSchema>;

/** Settings of the operator. */
export type SparkOperatorSettings = SettingsOf<typeof sparkOperatorSchema>;

/** Props of Apache's operator. */
export type ApacheSparkOperatorProps = PropsOf<typeof apacheSparkOperatorSchema>;

/** Settings of Apache's operator. */
export type ApacheSparkOperatorSettings = SettingsOf<typeof apacheSparkOperatorSchema>;

/** Who runs applications. */
export type SparkOperatorType = SettingsOf<typeof sparkSectionSchema>["operator"]["type"];

/** Props of an application. */
export type SparkApplicationProps = PropsOf<typeof sparkApplicationSchema>;

/** Settings of an application. */
export type SparkApplicationSettings = SettingsOf<typeof sparkApplicationSchema>;

/** Props of a Spark Connect server. */
export type SparkConnectProps = PropsOf<typeof sparkConnectSchema>;

/** Settings of a Spark Connect server. */
export type SparkConnectSettings = SettingsOf<typeof sparkConnectSchema>;

/** Props of a history server. */
export type SparkHistoryProps = PropsOf<typeof sparkHistorySchema>;

/** Settings of a history server. */
export type SparkHistorySettings = SettingsOf<typeof sparkHistorySchema>;

/** Settings that applications and servers have in common. */
export type CommonSettings = Omit<SparkConnectSettings, "server" | "clients">;

/** Settings of a driver, server or executor pod. */
export type PodSettings = SparkApplicationSettings["driver"];
