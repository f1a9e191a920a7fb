/** Props of Ray and of its operator. */

import { z } from "zod";
import { cronSchema, timeZoneSchema } from "#lib/core/cron";
import { Duration } from "#lib/core/duration";
import type { JsonValue } from "#lib/core/json";
import { durationSchema, imageSchema, labelNameSchema, secretRefSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { redisAddressSchema } from "#lib/kube/redis";
import { DEFAULT_PYTHON, DEFAULT_RAY } from "./pin";
import { START_PARAMS } from "./start-params";

const jsonSchema: z.ZodType<JsonValue> = z.json();

const variableSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "letters, digits and _, no digit first" });

/** Props of the operator. */
export const rayOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each operator pod; it holds every Ray pod of the cluster in its cache. @default 0.1 cores and 512Mi, at most 1 core and 512Mi */
  resources: partResourcesSchema.optional(),
  /** Namespaces that the operator watches. @default all */
  watchNamespaces: z.array(labelNameSchema).min(1).optional(),
  /** Objects of a kind that it reconciles at the same time. @default 1 */
  reconcileConcurrency: z.int().min(1).max(100).default(1),
});

/** Props that the pods of the head and of the workers share. */
const podSchema = z.strictObject({
  /** CPU cores: whole ones, as KubeRay rounds up what it tells Ray. @default 2 */
  cpu: z.int().min(1).max(512).default(2),
  /** Memory, with the object store. @default 8Gi */
  memory: sizeSchema.default(Size.gibibytes(8)),
  /** Object store, in shared memory and a part of `memory`. @default 30 % of memory */
  objectStore: sizeSchema.optional(),
  /** Disk for logs, spilled objects and runtime environments. @default 10Gi */
  scratch: sizeSchema.default(Size.gibibytes(10)),
  /** Node pool that the pods run on. @default any node without taints */
  pool: ref("nodePool").optional(),
  /** Parameters of `ray start`; those that other props or the operator set are rejected. @default none */
  rayStartParams: z.partialRecord(z.enum(START_PARAMS), z.string()).default({}),
  /** Environment variables. @default none */
  env: z.record(variableSchema, z.string()).default({}),
  /** Environment variables from keys of Secrets that exist. @default none */
  secretEnv: z.record(variableSchema, secretRefSchema).default({}),
});

const headSchema = podSchema.extend({
  /** Runs tasks and actors, too; one that uses up the memory ends the cluster. @default false */
  runsTasks: z.boolean().default(false),
});

const workerGroupSchema = podSchema.extend({
  /** Replicas; with autoscaling the fewest. @default 1 */
  replicas: z.int().min(0).max(10_000).default(1),
  /** With autoscaling, the most replicas. @default replicas */
  maxReplicas: z.int().min(1).max(10_000).optional(),
  /** Pods of one replica, for accelerators that span hosts. @default 1 */
  hosts: z.int().min(1).max(1_000).default(1),
  /** Accelerators of each pod; needs a pool that has some. @default 0 */
  accelerators: z.int().min(0).max(64).default(0),
  /** With autoscaling, time until an idle worker of this group is removed. @default that of autoscaling */
  idleTimeout: durationSchema.optional(),
});

/** KubeRay names pods, labels and podsets after a group; it names the head's group itself. */
const groupNameSchema = z.string().regex(/^(?!head$|headgroup$)[a-z0-9](?:[-a-z0-9]{0,38}[a-z0-9])?$/, {
  error: "1 to 40 of a-z, 0-9 and -, a letter or digit at both ends, and neither head nor headgroup",
});

/** Props of every Ray cluster: one that stands by itself, and those of jobs and services. */
const nodesSchema = z.strictObject({
  /** Namespace. @default "ray" */
  namespace: labelNameSchema.default("ray"),
  /** Version of Ray, which is that of the image. @default "2.58.0" */
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, { error: "a version of Ray such as 2.58.0" })
    .default(DEFAULT_RAY),
  /** Python of the official image. @default "3.12" */
  python: z.enum(["3.10", "3.11", "3.12", "3.13"]).default(DEFAULT_PYTHON),
  /** Image of every pod. @default the official one, with CUDA where pods have accelerators */
  image: imageSchema.optional(),
  /** The head: control plane, dashboard, drivers of jobs. @default 2 CPU, 8Gi */
  head: headSchema.prefault({}),
  /** Worker groups by name. @default one group with one worker */
  workers: z.record(groupNameSchema, workerGroupSchema).default(() => ({ workers: workerGroupSchema.parse({}) })),
  /** Adds and removes workers as tasks and actors ask for them. @default every group has its replicas */
  autoscaling: z
    .strictObject({
      /** Time until an idle worker is removed. @default 1m */
      idleTimeout: durationSchema.default(Duration.seconds(60)),
      /** How fast workers are added: `conservative` adds as many at a time as there are. @default "default" */
      upscaling: z.enum(["default", "aggressive", "conservative"]).default("default"),
    })
    .optional(),
  /** Who may use dashboard, jobs and tasks: callers with the token of the cluster, or everybody whom the network lets through. @default "token" */
  auth: z.enum(["token", "disabled"]).default("token"),
  /** Annotations of the pods' ServiceAccount, such as those of a cloud identity. @default none */
  serviceAccountAnnotations: z.record(z.string(), z.string()).default({}),
  /** Buckets that all pods may use: endpoint and credentials as environment variables of SDKs, or a cloud identity, and the way there. @default none */
  buckets: z.array(ref("bucket")).default([]),
  /** Pre-trained models that all pods read, for batch inference and serving: `<NAME>_MODEL_PATH` is the folder of one in a volume, `<NAME>_MODEL_URI` the address of one in a bucket. @default none */
  models: z.array(ref("pretrainedModel")).default([]),
  /** Registry to which jobs log runs and models: its address as `MLFLOW_TRACKING_URI`, and the way there; a user comes from `secretEnv`. @default none */
  modelRegistry: ref("modelRegistry").optional(),
  /** Feature store that jobs read and write: the configuration of its clients, where Feast's SDK finds it, and the way there. @default none */
  featureStore: ref("featureStore").optional(),
  /** Ports that the pods reach outside of the cluster, such as 443 for package indexes. @default none */
  outsidePorts: z.array(z.int().min(1).max(65_535)).default([]),
});

const faultToleranceSchema = z.strictObject({
  /** Address of Redis: `redis://host:port`, or `rediss://host:port` with TLS. */
  redis: redisAddressSchema,
  /** User. @default that of Redis */
  user: z.string().min(1).optional(),
  /** Password, in a Secret that exists. */
  password: secretRefSchema,
});

/** Props of a cluster. */
export const rayClusterSchema = nodesSchema.extend({
  /** Keeps the state of the head in Redis, so that a new head takes over the workers. @default a cluster ends with its head */
  faultTolerance: faultToleranceSchema.optional(),
  /** What a change of pods does: `recreate` replaces all pods at once, `none` waits until you delete the cluster. @default "recreate" */
  upgrade: z.enum(["recreate", "none"]).default("recreate"),
  /** Namespaces whose pods may connect with Ray's client and submit jobs. @default none */
  clients: z.array(labelNameSchema).default([]),
  /** Queue that admits the cluster; it starts when its quota is free. @default starts at once */
  queue: ref("queue").optional(),
});

/** The environment that Ray prepares for tasks. Source: Ray documentation, "Environment dependencies". */
const runtimeEnvSchema = z.strictObject({
  /** Zip archive with code: `s3://`, `gs://` or `https://`, or a folder of the image. @default none */
  workingDir: z.string().min(1).optional(),
  /** Python modules to import, as `workingDir`. @default none */
  pyModules: z.array(z.string().min(1)).default([]),
  /** Requirements that pip installs. @default none */
  pip: z.array(z.string().min(1)).default([]),
  /** Environment variables. @default none */
  envVars: z.record(variableSchema, z.string()).default({}),
});

const deletionRuleSchema = z.strictObject({
  /** What is deleted. */
  policy: z.enum(["delete-workers", "delete-cluster"]),
  /** How the job ended. */
  on: z.enum(["succeeded", "failed"]),
  /** Time after the end. @default at once */
  after: durationSchema.optional(),
});

/** Props that jobs have, run once or on a schedule. */
const jobSchema = nodesSchema.extend({
  /** Command line of the driver, which a shell reads. */
  entrypoint: z.string().trim().min(1),
  /** Environment of driver, tasks and actors. @default that of the image */
  runtimeEnv: runtimeEnvSchema.prefault({}),
  /** CPU cores that the driver reserves: with some, it runs where they are free. @default none: it runs on the head */
  entrypointCpus: z.number().positive().max(512).optional(),
  /** Accelerators that the driver reserves. @default none */
  entrypointGpus: z.number().positive().max(64).optional(),
  /** Who submits the driver: a pod of its own, or the operator. @default "k8s-job" */
  submission: z.enum(["k8s-job", "http"]).default("k8s-job"),
  /** Further attempts, each with a new cluster. @default 0 */
  retries: z.int().min(0).max(100).default(0),
  /** Time limit of the job. @default none */
  deadline: durationSchema.optional(),
  /** Time until the driver has to run; after it, the job fails. @default none */
  startDeadline: durationSchema.optional(),
  /** Time that the cluster is kept after the end. @default deleted at once */
  ttl: durationSchema.optional(),
  /** What is deleted after the end, by how it ended; replaces `ttl`. @default the cluster, in any case */
  deletion: z.array(deletionRuleSchema).min(1).optional(),
});

/** Props of a job. */
export const rayJobSchema = jobSchema.extend({
  /** Queue that admits the job; it starts when its quota is free. @default starts at once */
  queue: ref("queue").optional(),
});

/** Props of a job for the trials of a search: the search has the queue, ends each trial, and gives parameters to the driver. */
export const rayTrialSchema = jobSchema
  .omit({ autoscaling: true, submission: true, retries: true, ttl: true, deletion: true, entrypointCpus: true, entrypointGpus: true })
  .extend({
    /** Namespace, which is that of the search. @default "experiments" */
    namespace: labelNameSchema.default("experiments"),
  });

/** Props of a job that runs on a schedule. KubeRay labels the jobs itself, so that they cannot have a queue. */
export const rayCronJobSchema = jobSchema.extend({
  /** When it runs, in cron's five fields. */
  schedule: cronSchema,
  /** Time zone of the schedule, such as `Europe/Berlin`. @default that of the operator: UTC */
  timeZone: timeZoneSchema.optional(),
  /** Starts no further jobs. @default false */
  suspend: z.boolean().default(false),
});

/** An application of Ray Serve. Source: Ray documentation, "Serve config files". */
const applicationSchema = z.strictObject({
  /** Where the application is imported from: `module:variable`. */
  importPath: z.string().regex(/^[\w.]+:[\w.]+$/, { error: "an import path such as app.main:deployment" }),
  /** Prefix of its addresses, unique in the service. @default "/" */
  routePrefix: z
    .string()
    .regex(/^\/\S*$/, { error: "a path that starts with /" })
    .default("/"),
  /** Environment of its replicas. @default that of the image */
  runtimeEnv: runtimeEnvSchema.prefault({}),
  /** Arguments of the application builder. @default none */
  args: z.record(z.string(), jsonSchema).default({}),
  /** Settings of its deployments, in Ray Serve's words. @default those in the code */
  deployments: z.array(z.looseObject({ name: z.string().min(1) }).and(z.record(z.string(), jsonSchema))).default([]),
});

/** Props of a service. */
export const rayServiceSchema = nodesSchema.extend({
  /** Applications by name. */
  applications: z.record(z.string().min(1), applicationSchema),
  /** Keeps the state of the head in Redis, so that requests are answered while a new head starts. @default the service ends with its head */
  faultTolerance: faultToleranceSchema.optional(),
  /**
   * What a change of pods does: `new-cluster` starts a second cluster and moves the traffic to it, which takes everything twice, accelerators
   * too; `none` keeps the pods. Changes of applications need neither. @default "new-cluster"
   */
  upgrade: z.enum(["new-cluster", "none"]).default("new-cluster"),
  /** Time that the former cluster is kept after an upgrade. @default 1m */
  deletionDelay: durationSchema.default(Duration.seconds(60)),
  /** Namespaces whose pods may send requests. @default none */
  callers: z.array(labelNameSchema).default([]),
  /** Queue that admits the service; it starts when its quota is free. @default starts at once */
  queue: ref("queue").optional(),
});

/** Section `ray`: the operator, and what it runs. */
export const raySectionSchema = z.strictObject({
  /** The operator. @default one pod */
  operator: rayOperatorSchema.prefault({}),
  /** Clusters by name. @default none */
  clusters: z.record(z.string(), rayClusterSchema).default({}),
  /** Jobs by name, each with a cluster of its own. @default none */
  jobs: z.record(z.string(), rayJobSchema).default({}),
  /** Jobs that a search runs once for each trial, by name; a search names one of them in `job`. @default none */
  trials: z.record(z.string(), rayTrialSchema).default({}),
  /** Services by name, each with a cluster of its own. @default none */
  services: z.record(z.string(), rayServiceSchema).default({}),
  /** Jobs on a schedule, by name; the first one enables KubeRay's feature gate RayCronJob. @default none */
  cronJobs: z.record(z.string(), rayCronJobSchema).default({}),
});

/** Props of the operator. */
export type RayOperatorProps = PropsOf<typeof rayOperatorSchema>;
/** Settings of the operator. */
export type RayOperatorSettings = SettingsOf<typeof rayOperatorSchema>;
/** Props of a cluster. */
export type RayClusterProps = PropsOf<typeof rayClusterSchema>;
/** Settings of a cluster: its props with every default filled in. */
export type RayClusterSettings = SettingsOf<typeof rayClusterSchema>;
/** Props of a job. */
export type RayJobProps = PropsOf<typeof rayJobSchema>;
/** Settings of a job. */
export type RayJobSettings = SettingsOf<typeof rayJobSchema>;
/** Props of a job for trials. */
export type RayTrialProps = PropsOf<typeof rayTrialSchema>;
/** Props of a job that runs on a schedule. */
export type RayCronJobProps = PropsOf<typeof rayCronJobSchema>;
/** Settings of a job that runs on a schedule. */
export type RayCronJobSettings = SettingsOf<typeof rayCronJobSchema>;
/** Props of a service. */
export type RayServiceProps = PropsOf<typeof rayServiceSchema>;
/** Settings of a service. */
export type RayServiceSettings = SettingsOf<typeof rayServiceSchema>;
/** Settings of the nodes of any Ray cluster. */
export type NodesSettings = Omit<RayClusterSettings, "upgrade" | "clients" | "queue">;
/** Settings of the head. */
export type HeadSettings = RayClusterSettings["head"];
/** Settings of a worker group. */
export type WorkerGroupSettings = RayClusterSettings["workers"][string];
/** Settings of a runtime environment. */
export type RuntimeEnvSettings = RayJobSettings["runtimeEnv"];
