/** Props of Feast: its operator, and feature stores. */

import { z } from "zod";
import { cronSchema, timeZoneSchema } from "#lib/core/cron";
import { Duration } from "#lib/core/duration";
import { durationSchema, imageSchema, labelNameSchema, secretRefSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { file } from "#lib/environment/files";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { redisAddressSchema } from "#lib/kube/redis";
import { storedSecretSchema } from "#lib/kube/stored-secret";

/** Props of the operator. */
export const feastOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each operator pod. @default 0.05 cores and 128Mi, at most 1 core and 256Mi */
  resources: partResourcesSchema.optional(),
});

const secretSchema = z.discriminatedUnion("type", [secretRefSchema, storedSecretSchema]);

const registrySchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** Tables of a PostgreSQL database. */
    type: z.literal("database"),
    /** The database. */
    database: ref("database"),
  }),
  z.strictObject({
    /** A file in a bucket: changes at the same time can overwrite each other. */
    type: z.literal("bucket"),
    /** The bucket, of S3 or of Google Cloud Storage. */
    bucket: ref("bucket"),
  }),
  z.strictObject({
    /** A file of the pod, lost with it: not in production. */
    type: z.literal("ephemeral"),
  }),
]);

const onlineSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** Tables of a PostgreSQL database. */
    type: z.literal("database"),
    /** The database. */
    database: ref("database"),
  }),
  z.strictObject({
    /** Keys of Redis. */
    type: z.literal("redis"),
    /** Address of Redis: `redis://host:port`, or `rediss://host:port` with TLS. */
    address: redisAddressSchema,
    /** Is it a Redis Cluster? @default false */
    cluster: z.boolean().default(false),
    /** User. @default that of Redis */
    user: z
      .string()
      .regex(/^[\w.-]+$/, { error: "letters, digits, -, _ and ." })
      .optional(),
    /** Password: no `'`, no comma. @default none */
    password: secretSchema.optional(),
    /** Time after which the features of an entity are deleted. @default never */
    expiry: durationSchema.optional(),
  }),
]);

const offlineSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** Tables of a PostgreSQL database, read through a server. */
    type: z.literal("database"),
    /** The database. */
    database: ref("database"),
  }),
  z.strictObject({
    /** Parquet files of a bucket, which clients read themselves. */
    type: z.literal("bucket"),
    /** The bucket, of S3 or of Google Cloud Storage. */
    bucket: ref("bucket"),
  }),
  z.strictObject({
    /** Parquet files of the repository, which clients read themselves: not in production. */
    type: z.literal("files"),
  }),
]);

const repositorySchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** A Git repository. */
    type: z.literal("git"),
    /** Its address over HTTPS, without a user. */
    url: z
      .string()
      .regex(/^https:\/\/[a-z0-9.-]+(?::\d{1,5})?(?:\/[\w.~-]+)+$/i, { error: "an address such as https://github.com/team/features.git" }),
    /** The commit: its full hash, so that the definitions change with this file only. */
    commit: z.string().regex(/^[0-9a-f]{40}$/, { error: "the 40 hexadecimal digits of a commit" }),
    /** Folder with the definitions. @default the root */
    folder: z
      .string()
      .regex(/^(?!.*(?:^|\/)\.)[\w.-]+(?:\/[\w.-]+)*$/, { error: "a relative path such as feature_repo" })
      .optional(),
    /** User of a private repository; the password is often a token. @default none: it is public */
    login: z
      .strictObject({
        /** Name of the user. */
        user: z.string().regex(/^[\w.@+-]+$/, { error: "letters, digits and any of _ . @ + -" }),
        /** Password, or a token. */
        password: secretSchema,
      })
      .optional(),
  }),
  z.strictObject({
    /** Files with definitions, in the folder of environment files. */
    type: z.literal("files"),
    /** Paths of Python files; all stand in one folder of the repository. */
    files: z.array(file()).min(1).max(50),
  }),
]);

const materializeSchema = z.strictObject({
  /** When new features are loaded into the online store, in cron's notation. @default "0 * * * *" */
  schedule: cronSchema.default("0 * * * *"),
  /** Time zone of the schedule. @default that of the cluster's controllers */
  timeZone: timeZoneSchema.optional(),
  /** Feature views to load. @default all */
  views: z
    .array(z.string().regex(/^\w+$/, { error: "the name of a feature view: letters, digits and _" }))
    .min(1)
    .optional(),
  /** Longest time of one run. @default 1h */
  deadline: durationSchema.default(Duration.hours(1)),
  /** Age of the newest load of a feature view from which an alert is raised. @default 24h */
  overdue: durationSchema.default(Duration.days(1)),
});

/** Props of a feature store. */
export const featureStoreSchema = z.strictObject({
  /** Namespace of the servers and Jobs. @default "feast" */
  namespace: labelNameSchema.default("feast"),
  /** Name of the project in the registry; it begins the names of all tables and keys. @default the name of the store, with _ for - */
  project: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_]{0,62}$/, { error: "1 to 63 letters, digits and _, no _ first" })
    .optional(),
  /** Where definitions of features are kept. */
  registry: registrySchema,
  /** Where the newest features are kept, for serving. */
  online: onlineSchema,
  /** Where the history of features is kept, for training. */
  offline: offlineSchema,
  /** Definitions of features, applied by a Job whenever they change. @default none: somebody else applies them */
  repository: repositorySchema.optional(),
  /** Compares the definitions with the tables and files that they name, which must exist then. @default true */
  checkSources: z.boolean().default(true),
  /** Loads new features into the online store. @default never: somebody else does */
  materialize: materializeSchema.optional(),
  /** Adds the UI, for `kubectl port-forward`. @default false */
  ui: z.boolean().default(false),
  /** Pods, each with all servers. @default 1 */
  replicas: z.int().min(1).max(50).default(1),
  /** Processes of each pod that answer online requests; each needs about 250Mi of memory. @default 1 */
  workers: z.int().min(1).max(32).default(1),
  /** CPU cores of each server. @default 0.25 */
  cpu: z.number().min(0.1).max(64).default(0.25),
  /** Memory of each server, and of the Jobs. @default 768Mi and 256Mi for each worker */
  memory: sizeSchema.optional(),
  /** Disk of the Jobs. @default 5Gi */
  scratch: sizeSchema.default(Size.gibibytes(5)),
  /** Image of servers and Jobs, with Feast 0.66, Git and bash. @default the official one */
  image: imageSchema.optional(),
  /** Node pool; one without taints, as the operator writes no tolerations. @default any node without a taint */
  pool: ref("nodePool").optional(),
});

/** Section `feast`. */
export const feastSectionSchema = z.strictObject({
  /** The operator. @default one pod */
  operator: feastOperatorSchema.prefault({}),
  /** Feature stores by name; components refer to them by it. @default none */
  stores: z.record(labelNameSchema, featureStoreSchema).default({}),
});

/** Props of the operator. */
export type FeastOperatorProps = PropsOf<typeof feastOperatorSchema>;

/** Settings of the operator: its props with every default filled in. */
export type FeastOperatorSettings = SettingsOf<typeof feastOperatorSchema>;

/** Props of a feature store. */
export type FeatureStoreProps = PropsOf<typeof featureStoreSchema>;

/** Settings of a feature store: its props with every default filled in. */
export type FeatureStoreSettings = SettingsOf<typeof featureStoreSchema>;

/** Settings of a feature store with its names. */
export type NamedStore = FeatureStoreSettings & { readonly name: string; readonly project: string };
