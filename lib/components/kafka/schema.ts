/** Props of Kafka and of its operator. */

import { z } from "zod";
import { labelNameSchema, secretRefSchema, sizeSchema, subdomainNameSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { KAFKA_VERSIONS } from "./pin";

/** Props of the Strimzi operator. */
export const kafkaOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each operator pod. @default 0.2 cores and 384Mi, at most 1 core and 512Mi */
  resources: partResourcesSchema.optional(),
});

/** Nodes that are alike. */
const nodePoolSchema = z.strictObject({
  /** What the nodes do: brokers store records, controllers elect a leader that keeps the metadata. @default ["controller","broker"] */
  roles: z
    .array(z.enum(["controller", "broker"]))
    .min(1)
    .refine((roles) => new Set(roles).size === roles.length, { error: "each role once" })
    .default(["controller", "broker"]),
  /** Nodes. @default 1 */
  replicas: z.int().min(1).max(200).default(1),
  /** Size of each node's volume. It may grow, never shrink. */
  storage: sizeSchema,
  /** Storage class of the volumes. @default the cluster's default storage class */
  storageClass: subdomainNameSchema.optional(),
  /** Stores records in emptyDir volumes, which are lost with their pod. @default false */
  ephemeral: z.boolean().default(false),
  /** CPU cores of each node. @default 0.5 */
  cpu: z.number().min(0.1).max(256).default(0.5),
  /** Memory of each node; Kafka's heap takes half of it, at most 5Gi. @default 2Gi */
  memory: sizeSchema.default(Size.gibibytes(2)),
  /** Node pool that the pods run on. @default any node without taints */
  pool: ref("nodePool").optional(),
});

/** Name of a node pool: that of its object. Source: Strimzi 1.2.0, KafkaResources.kafkaPodName: `<cluster>-<pool>-<id>` is a host name. */
const nodePoolNameSchema = z.string().regex(/^[a-z](?:[-a-z0-9]{0,22}[a-z0-9])?$/, {
  error: "1 to 24 of a-z, 0-9 and -, a letter first, no - at the end",
});

/** Props of a cluster. */
export const kafkaClusterSchema = z.strictObject({
  /** Node pools by name; a name has at most 24 characters and is unique in the namespace. */
  nodePools: z.record(nodePoolNameSchema, nodePoolSchema),
  /** Namespace of the cluster. Strimzi writes the Secrets of clients into it. @default "kafka" */
  namespace: labelNameSchema.default("kafka"),
  /** Further namespaces that have copies of the Secrets of their clients and of the CA under the same names, such as those that External Secrets keeps; clients in other namespaces are rejected. @default none: clients run in the namespace of the cluster */
  clientNamespaces: z.array(labelNameSchema).default([]),
  /** Version of Kafka. Its metadata is upgraded with it, so that no earlier version can read them. @default "4.3.1" */
  version: z.enum(KAFKA_VERSIONS).default("4.3.1"),
  /** Copies of each partition, on different brokers; topics can set their own. @default 3, or the number of brokers where that is less */
  replicationFactor: z.int().min(1).max(20).optional(),
  /** Copies that must have a record before it counts as written; topics can set their own. @default one less than replicationFactor, at least 1 */
  minInsyncReplicas: z.int().min(1).max(20).optional(),
  /** Label of nodes that names their rack: copies of a partition go to different ones, and clients read from their own. @default none, so that copies may be in one zone */
  rack: z
    .string()
    .regex(/^(?:[a-z0-9.-]+\/)?[A-Za-z0-9](?:[-._A-Za-z0-9]*[A-Za-z0-9])?$/, { error: "a label such as topology.kubernetes.io/zone" })
    .optional(),
  /** Deletes the records of a topic with its object: when it leaves the environment, and by destroy. Otherwise records stay, and a topic of the same name finds them. @default false */
  deleteTopics: z.boolean().default(false),
  /** Certificate of the brokers. @default one that Strimzi signs with its own CA and renews */
  tls: z
    .strictObject({
      /** Secret of type kubernetes.io/tls in the namespace of the cluster, for the hosts `<name>-kafka-bootstrap.<namespace>.svc` and `*.<name>-kafka-brokers.<namespace>.svc`. */
      secretName: subdomainNameSchema,
      /** CA that signed it, as PEM in a Secret of each client's namespace. @default a CA that clients trust anyway */
      ca: secretRefSchema.optional(),
    })
    .optional(),
  /** Settings of brokers and controllers, such as `log.retention.hours`. @default none */
  config: z.record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

/** Section `kafka`: the operator, and clusters that have topics. */
export const kafkaSectionSchema = z.strictObject({
  /** The Strimzi operator. @default one pod */
  operator: kafkaOperatorSchema.prefault({}),
  /** Clusters by name; topics refer to them as `cluster`. */
  clusters: z.record(z.string(), kafkaClusterSchema),
});

/** Props of the operator. */
export type KafkaOperatorProps = PropsOf<typeof kafkaOperatorSchema>;

/** Settings of the operator. */
export type KafkaOperatorSettings = SettingsOf<typeof kafkaOperatorSchema>;

/** Props of a cluster. */
export type KafkaClusterProps = PropsOf<typeof kafkaClusterSchema>;

/** Settings of a cluster: its props with every default filled in. */
export type KafkaClusterSettings = SettingsOf<typeof kafkaClusterSchema>;

/** Settings of a node pool. */
export type KafkaNodePoolSettings = KafkaClusterSettings["nodePools"][string];

/** Settings of all clusters by name. */
export type KafkaClusters = Readonly<Record<string, KafkaClusterSettings>>;
