/** Props of Milvus and of its operator. */

import { z } from "zod";
import { labelNameSchema, secretRefSchema, sizeSchema, subdomainNameSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { storedSecretSchema } from "#lib/kube/stored-secret";

/** Props of the operator. */
export const milvusOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each operator pod. @default 0.1 cores and 256Mi, at most 1 core and 1Gi */
  resources: partResourcesSchema.optional(),
});

const coresSchema = z.number().min(0.1).max(256);

/** Pods of one component of a cluster. */
const componentSchema = z.strictObject({
  /** Pods. @default 1 */
  replicas: z.int().min(1).max(200).default(1),
  /** CPU cores of each pod. @default 1 */
  cpu: coresSchema.default(1),
  /** Memory of each pod. @default 2Gi */
  memory: sizeSchema.default(Size.gibibytes(2)),
});

const modeSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** One pod does everything. */
    type: z.literal("standalone"),
    /** CPU cores of the pod. @default 1 */
    cpu: coresSchema.default(1),
    /** Memory of the pod: vectors that are searched are in it. @default 4Gi */
    memory: sizeSchema.default(Size.gibibytes(4)),
  }),
  z.strictObject({
    /** Each component has pods of its own. */
    type: z.literal("cluster"),
    /** Takes the requests of clients. @default one pod */
    proxy: componentSchema.prefault({}),
    /** Coordinates the others; a second pod stands by. @default one pod */
    coordinator: componentSchema.prefault({}),
    /** Searches: vectors are in its memory. @default one pod of 2Gi */
    queryNode: componentSchema.prefault({}),
    /** Builds indexes and compacts segments. @default one pod */
    dataNode: componentSchema.prefault({}),
    /** Writes to the queue, and searches what is new. @default one pod */
    streamingNode: componentSchema.prefault({}),
  }),
]);

const queueSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** Milvus' own queue, which is a part of its pods and keeps its log in the bucket. */
    type: z.literal("woodpecker"),
  }),
  z.strictObject({
    /** Topics of one Kafka broker. Each has one partition; nobody else uses them. */
    type: z.literal("kafka"),
    /** Topics of the changes of collections; a collection uses one for each of its shards. */
    topics: z.array(ref("topic")).min(1).max(256),
    /** Topic of the clock. */
    timeTicks: ref("topic"),
  }),
]);

const etcdSchema = z.strictObject({
  /** Members: 1, 3 or 5. A majority must be there. @default 1 */
  members: z.union([z.literal(1), z.literal(3), z.literal(5)]).default(1),
  /** Size of each member's volume. It cannot change. @default 10Gi */
  storage: sizeSchema.default(Size.gibibytes(10)),
  /** Storage class of the volumes; fast disks. @default the cluster's default storage class */
  storageClass: subdomainNameSchema.optional(),
  /** CPU cores of each member. @default 0.2 */
  cpu: coresSchema.default(0.2),
  /** Memory of each member. @default 512Mi */
  memory: sizeSchema.default(Size.mebibytes(512)),
});

/** Props of a cluster. */
export const milvusClusterSchema = z.strictObject({
  /** Bucket of vectors and indexes. */
  bucket: ref("bucket"),
  /** Folder below the bucket's prefix; the cluster's name is a folder below it. It cannot change. @default "milvus" */
  path: z
    .string()
    .regex(/^[^\s/]+(?:\/[^\s/]+)*$/, { error: "folders such as milvus/main, without slashes at the ends" })
    .default("milvus"),
  /** Namespace of the cluster. @default "milvus" */
  namespace: labelNameSchema.default("milvus"),
  /** One pod, or each component with pods of its own. @default one pod */
  mode: modeSchema.prefault({ type: "standalone" }),
  /** What keeps changes until they are in the bucket. It cannot change. @default Milvus' own */
  queue: queueSchema.default({ type: "woodpecker" }),
  /** Metadata of collections: an etcd of the cluster's own. @default one member */
  etcd: etcdSchema.prefault({}),
  /** Password of the user `root`, with which clients authenticate. Milvus reads it once, when it has no users. @default none: network policies alone restrict access; not in production */
  rootPassword: z.discriminatedUnion("type", [secretRefSchema, storedSecretSchema]).optional(),
  /** Node pool that the pods run on. @default any node without taints */
  pool: ref("nodePool").optional(),
});

/** Section `milvus`: the operator, and clusters that have vector indexes. */
export const milvusSectionSchema = z.strictObject({
  /** The operator. @default one pod */
  operator: milvusOperatorSchema.prefault({}),
  /** Clusters by name; pipelines refer to them as `stores`, vector indexes as `store`. @default none */
  clusters: z.record(z.string(), milvusClusterSchema).default({}),
});

/** Props of the operator. */
export type MilvusOperatorProps = PropsOf<typeof milvusOperatorSchema>;

/** Settings of the operator. */
export type MilvusOperatorSettings = SettingsOf<typeof milvusOperatorSchema>;

/** Props of a cluster. */
export type MilvusClusterProps = PropsOf<typeof milvusClusterSchema>;

/** Settings of a cluster: its props with every default filled in. */
export type MilvusClusterSettings = SettingsOf<typeof milvusClusterSchema>;
