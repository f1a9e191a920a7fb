/** Props of topics. */

import { z } from "zod";
import { durationSchema, labelNameSchema, secretRefSchema, sizeSchema } from "#lib/core/schema";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

/** Source: Kafka 4.3, Topic.java. */
const topicNameSchema = z.string().regex(/^(?!\.{1,2}$)[\w.-]{1,249}$/, { error: "1 to 249 letters, digits, -, _ and ." });

/** Further pods that may read or write a topic. */
const clientSchema = z.strictObject({
  /** Namespace of its pods. */
  namespace: labelNameSchema,
  /** Labels of its pods. @default none: every pod of the namespace */
  labels: z.record(z.string().min(1), z.string()).default({}),
  /** What it may do. */
  access: z.enum(["read", "write"]),
});

const clientsSchema = z.record(labelNameSchema, clientSchema);

const inClusterSchema = z.strictObject({
  /** A topic of a broker in the cluster, created with a user for each client. */
  type: z.literal("in-cluster"),
  /** Broker that has the topic, such as a key of `kafka.clusters`. */
  cluster: ref("messageBroker"),
  /** Name in the broker. @default the name in the environment */
  topic: topicNameSchema.optional(),
  /** Partitions: the most consumers of a group that read at the same time. They may grow, never shrink; records with the same key then go to another partition. @default 3 */
  partitions: z.int().min(1).max(10_000).default(3),
  /** Copies of each partition, on different brokers. It cannot change. @default that of the broker */
  replicationFactor: z.int().min(1).max(20).optional(),
  /** Copies that must have a record before it counts as written. @default that of the broker, at most one less than replicationFactor */
  minInsyncReplicas: z.int().min(1).max(20).optional(),
  /** What happens to old records: "delete" deletes them, "compact" keeps the newest of each key. @default "delete" */
  cleanup: z.enum(["delete", "compact"]).default("delete"),
  /** Age from which records are deleted. @default that of the broker: 7 days */
  retention: durationSchema.optional(),
  /** Size of each partition from which its oldest records are deleted. @default no limit */
  retentionSize: sizeSchema.optional(),
  /** Further settings of the topic, such as `max.message.bytes`. @default none */
  config: z.record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** Clients besides pipelines by the name of their user: each gets a password in a Secret of that name, and a network flow. @default none */
  clients: clientsSchema.default({}),
});

const brokersSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?:\d{1,5}(?:,[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?:\d{1,5})*$/, {
  error: "host:port, several with commas between them",
});

/** A topic that exists. */
export const existingTopicSchema = z.strictObject({
  /** A topic that exists, of any broker that speaks Kafka's protocol. */
  type: z.literal("existing"),
  /** Addresses of the broker: `host:port`, with commas between them. */
  bootstrapServers: brokersSchema,
  /** Name in the broker. @default the name in the environment */
  topic: topicNameSchema.optional(),
  /** Encrypts connections. @default true */
  tls: z.boolean().default(true),
  /** CA that signed the certificates of the broker, as PEM. @default a public CA */
  ca: secretRefSchema.optional(),
  /** How clients authenticate. */
  credentials: z.discriminatedUnion("type", [
    z.strictObject({
      /** SASL with a salted challenge (SCRAM), or with the password as it is (PLAIN). */
      type: z.enum(["scram-sha-512", "scram-sha-256", "plain"]),
      /** Name of the user. */
      user: z.string().regex(/^[^"\\\s]{1,255}$/, { error: "1 to 255 characters without blanks, quotes and backslashes" }),
      /** Password of the user. */
      password: secretRefSchema,
    }),
    z.strictObject({
      /** Anybody may read and write. */
      type: z.literal("none"),
    }),
  ]),
  /** Namespaces that have the Secrets of this topic, under the same names; clients in other namespaces are rejected. @default none, which is enough without Secrets */
  namespaces: z.array(labelNameSchema).default([]),
});

/** Section `topics`: topics by name; pipelines refer to them by it. */
export const topicsSchema = z.record(labelNameSchema, z.discriminatedUnion("type", [inClusterSchema, existingTopicSchema]));

/** Props of a topic that exists. */
export type ExistingTopicProps = PropsOf<typeof existingTopicSchema>;

/** Settings of a topic that exists: its props with every default filled in. */
export type ExistingTopicSettings = SettingsOf<typeof existingTopicSchema>;

/** Settings of a topic of a broker in the cluster. */
export type InClusterTopicSettings = SettingsOf<typeof inClusterSchema>;
