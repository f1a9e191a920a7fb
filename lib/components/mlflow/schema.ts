/** Props of MLflow. */

import { z } from "zod";
import { labelNameSchema, secretRefSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { storedSecretSchema } from "#lib/kube/stored-secret";

const secretSchema = z.discriminatedUnion("type", [secretRefSchema, storedSecretSchema]);

const authenticationSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** Users with passwords and permissions, which MLflow keeps in a database of its own. */
    type: z.literal("basic"),
    /** PostgreSQL database of users and permissions; another one than that of the runs. */
    database: ref("database"),
    /** Password of the user `admin`, at least 12 characters. MLflow reads it once, when the database has no users. */
    adminPassword: secretSchema,
    /** Key that signs the sessions of the UI, the same for all pods: any long random text. */
    sessionKey: secretSchema,
    /** What users may do with experiments and models of others. @default "READ" */
    defaultPermission: z.enum(["NO_PERMISSIONS", "READ", "USE", "EDIT", "MANAGE"]).default("READ"),
  }),
  z.strictObject({
    /** No authentication: network policies alone restrict access. Not in production. */
    type: z.literal("none"),
  }),
]);

const hostSchema = z.string().regex(/^[a-z0-9*](?:[a-z0-9.*-]*[a-z0-9*])?(?::[1-9]\d{0,4})?$/, {
  error: "a host name, such as mlflow.example.com, with an optional port and * for any characters",
});

/** Props of a server. */
export const mlflowServerSchema = z.strictObject({
  /** Namespace of the server. @default "mlflow" */
  namespace: labelNameSchema.default("mlflow"),
  /** PostgreSQL database of experiments, runs and registered models. */
  database: ref("database"),
  /** Model storage of artifacts and model files. The server hands them over, so that clients need no credentials of its bucket. */
  artifacts: ref("modelStorage"),
  /** Who may use the server. */
  authentication: authenticationSchema,
  /** Pods. @default 1 */
  replicas: z.int().min(1).max(50).default(1),
  /** Processes of each pod that answer requests; each needs about 384Mi of memory. @default 2 */
  workers: z.int().min(1).max(32).default(2),
  /** CPU cores of each pod. @default 0.5 */
  cpu: z.number().min(0.1).max(64).default(0.5),
  /** Memory of each pod. @default 512Mi and 384Mi for each worker */
  memory: sizeSchema.optional(),
  /** Disk of each pod for files in transfer: more than the largest artifact. @default 10Gi */
  scratch: sizeSchema.default(Size.gibibytes(10)),
  /** Further host names by which browsers and clients call the server, such as that of a gateway; MLflow refuses requests to others. @default none */
  allowedHosts: z.array(hostSchema).max(50).default([]),
  /** Node pool. @default any node without a taint */
  pool: ref("nodePool").optional(),
});

/** Section `mlflow`. */
export const mlflowSectionSchema = z.strictObject({
  /** Servers by name; components refer to them as model registries. */
  servers: z.record(labelNameSchema, mlflowServerSchema),
});

/** Props of a server. */
export type MlflowServerProps = PropsOf<typeof mlflowServerSchema>;

/** Settings of a server: its props with every default filled in. */
export type MlflowServerSettings = SettingsOf<typeof mlflowServerSchema>;

/** Authentication with users of MLflow. */
export type BasicAuthentication = Extract<MlflowServerSettings["authentication"], { type: "basic" }>;
