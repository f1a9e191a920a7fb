/** Props of CloudNativePG: its operator, and clusters of PostgreSQL. */

import { z } from "zod";
import { cronSchema } from "#lib/core/cron";
import { Duration } from "#lib/core/duration";
import { durationSchema, folderSchema, imageSchema, labelNameSchema, sizeSchema, subdomainNameSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

/** Props of the operator. */
export const cloudnativePgOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of its pods. @default requests of 0.1 cores and 256Mi, limits of 0.5 cores and 512Mi */
  resources: partResourcesSchema.optional(),
});

const backupSchema = z.strictObject({
  /** Bucket of base backups and of the write-ahead log. */
  bucket: ref("bucket"),
  /** Folder below the bucket's prefix; the cluster's name is a folder below it. @default "postgres" */
  path: folderSchema.default("postgres"),
  /** When base backups start, in UTC; the first one starts at once. @default "0 2 * * *" */
  schedule: cronSchema.default("0 2 * * *"),
  /** How long backups and the write-ahead log are kept: whole days. @default 30d */
  retention: durationSchema.default(Duration.days(30)),
});

const restoreSchema = z.strictObject({
  /** Bucket with the backups. */
  bucket: ref("bucket"),
  /** Folder below the bucket's prefix. @default "postgres" */
  path: folderSchema.default("postgres"),
  /** Name of the cluster whose backups they are. */
  cluster: labelNameSchema,
  /** Restores the state at this time, as in 2026-11-01T08:00:00Z. @default the newest state */
  until: z.iso.datetime({ offset: true }).optional(),
});

/** Props of a cluster. */
export const postgresClusterSchema = z.strictObject({
  /** Size of each instance's volume for data; it can grow. */
  storage: sizeSchema,
  /** Namespace of the cluster. @default "databases" */
  namespace: labelNameSchema.default("databases"),
  /** Instances: a primary and its standbys. @default 1 */
  instances: z.int().min(1).max(9).default(1),
  /** Standbys that have a transaction before it is confirmed; fewer than `instances`. @default none: a failover can lose the last transactions */
  synchronousStandbys: z.int().min(1).max(8).optional(),
  /** Size of each instance's volume for the write-ahead log; it cannot be removed later. @default on the volume for data */
  walStorage: sizeSchema.optional(),
  /** Storage class of all volumes. @default the cluster's default storage class */
  storageClass: subdomainNameSchema.optional(),
  /** Node pool that the pods run on. @default any node without taints */
  pool: ref("nodePool").optional(),
  /** CPU cores of each instance. @default 0.5 */
  cpu: z.number().min(0.1).max(256).default(0.5),
  /** Memory of each instance. @default 1Gi */
  memory: sizeSchema.default(Size.gibibytes(1)),
  /** Image with PostgreSQL; its tag begins with the version. @default PostgreSQL 18.4 with pgvector */
  image: imageSchema.optional(),
  /** Settings of postgresql.conf. @default those of the operator */
  parameters: z.record(z.string().regex(/^[a-z_][a-z0-9_.]*$/, { error: "the name of a parameter" }), z.string()).default({}),
  /** Backups to a bucket; requires cert-manager. @default none */
  backup: backupSchema.optional(),
  /** Begins with a backup instead of an empty database; has no effect on a cluster that exists. @default an empty database */
  restore: restoreSchema.optional(),
});

/** Section `cloudnativePg`. */
export const cloudnativePgSectionSchema = z.strictObject({
  /** The operator. @default one pod */
  operator: cloudnativePgOperatorSchema.prefault({}),
  /** Clusters by name; databases refer to them by it. @default none */
  clusters: z.record(labelNameSchema, postgresClusterSchema).default({}),
});

/** Props of the operator. */
export type CloudnativePgOperatorProps = PropsOf<typeof cloudnativePgOperatorSchema>;
/** Settings of the operator. */
export type CloudnativePgOperatorSettings = SettingsOf<typeof cloudnativePgOperatorSchema>;
/** Props of a cluster. */
export type PostgresClusterProps = PropsOf<typeof postgresClusterSchema>;
/** Settings of a cluster. */
export type PostgresClusterSettings = SettingsOf<typeof postgresClusterSchema>;
/** Where backups are. */
export type BackupPlace = Pick<NonNullable<PostgresClusterSettings["restore"]>, "bucket" | "path">;
