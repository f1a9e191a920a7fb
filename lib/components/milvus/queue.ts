/** The queue of a cluster: its own, or topics of a Kafka broker. Sources: Milvus 2.6, configs/milvus.yaml (mq, kafka, common.preCreatedTopic). */

import type { IDependable } from "constructs";
import type { JsonObject } from "#lib/core/json";
import type { SecretRef } from "#lib/core/secret-ref";
import { type CaMount, caMount } from "#lib/kube/ca-mount";
import type { TopicAccess } from "#lib/kube/topic";
import type { MilvusClusterSettings } from "./schema";

/** What a cluster needs for its queue. */
export interface Queue {
  /** `dependencies.msgStreamType` of the spec. */
  readonly type: "woodpecker" | "custom";
  readonly configuration: JsonObject;
  /** Environment variables; the password is among them. */
  readonly env: Readonly<Record<string, string | SecretRef>>;
  /** CA of the brokers. @default clients trust it anyway */
  readonly trust?: CaMount;
  readonly dependencies: readonly IDependable[];
}

/** Names of the SASL mechanisms. Source: librdkafka 2.12, CONFIGURATION.md. */
const MECHANISMS = { "scram-sha-512": "SCRAM-SHA-512", "scram-sha-256": "SCRAM-SHA-256", plain: "PLAIN" } as const;

/** The queue; with Kafka it makes the cluster a client of each topic. */
export function queueOf(name: string, { queue, namespace }: MilvusClusterSettings): Queue {
  if (queue.type === "woodpecker") {
    return { type: "woodpecker", configuration: { woodpecker: { storage: { type: "minio" } } }, env: {}, dependencies: [] };
  }
  const topics = [...queue.topics, queue.timeTicks];
  const entered = topics.flatMap((topic) => [
    topic.enter({ name: `milvus-${name}`, namespace, access: "read" }),
    topic.enter({ name: `milvus-${name}`, namespace, access: "write" }),
  ]);
  const [access] = entered;
  if (!access) throw new Error("a queue of Kafka without topics");
  const trust = access.ca && caMount("kafka-ca", access.ca);
  const { credentials } = access;
  return {
    // As `kafka`, the operator would copy the password into a ConfigMap.
    type: "custom",
    configuration: {
      mq: { type: "kafka" },
      kafka: kafkaOf(access, trust?.file),
      common: {
        preCreatedTopic: { enabled: true, names: queue.topics.map(({ topic }) => topic), timeticker: queue.timeTicks.topic },
      },
      rootCoord: { dmlChannelNum: queue.topics.length },
    },
    env: credentials.type === "none" ? {} : { KAFKA_SASLUSERNAME: credentials.user, KAFKA_SASLPASSWORD: credentials.password },
    ...(trust && { trust }),
    dependencies: entered.map(({ dependency }) => dependency),
  };
}

function kafkaOf({ bootstrapServers, credentials, tls }: TopicAccess, caFile: string | undefined): JsonObject {
  return {
    brokerList: bootstrapServers,
    securityProtocol: `${credentials.type === "none" ? "" : "SASL_"}${tls ? "SSL" : "PLAINTEXT"}`,
    ...(credentials.type !== "none" && { saslMechanisms: MECHANISMS[credentials.type] }),
    ...(tls && { ssl: { enabled: true, ...(caFile !== undefined && { tlsCACert: caFile }) } }),
  };
}
