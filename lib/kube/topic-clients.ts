/** A topic as its clients take it: properties of Kafka's Java clients and of librdkafka, and network flows. */

import type { SecretText } from "#lib/core/secret-ref";
import type { FlowProps, PodsEnd } from "./network";
import type { ITopic, TopicAccess, TopicCredentials } from "./topic";

/** Properties of a client; secrets are references. */
export type ClientProperties = Readonly<Record<string, SecretText>>;

/** Names of the SASL mechanisms. Source: Kafka 4.3 documentation, "Authentication using SASL". */
const MECHANISMS = { "scram-sha-512": "SCRAM-SHA-512", "scram-sha-256": "SCRAM-SHA-256", plain: "PLAIN" } as const;

type SaslCredentials = Exclude<TopicCredentials, { type: "none" }>;

/**
 * Properties of Java clients, such as `consumer_config` of Beam's ReadFromKafka. Truststores may be PEM texts since Kafka 2.7 (KIP-651).
 * Source: Kafka 4.3 documentation, "Consumer configs".
 */
export function javaProperties(access: TopicAccess): ClientProperties {
  const { credentials, ca } = access;
  return {
    "security.protocol": protocolOf(access),
    ...(ca && { "ssl.truststore.type": "PEM", "ssl.truststore.certificates": ca }),
    ...(credentials.type !== "none" && { "sasl.mechanism": MECHANISMS[credentials.type], "sasl.jaas.config": jaasOf(credentials) }),
  };
}

/** Properties of librdkafka, which clients in Python, Go and C use. Source: librdkafka 2.12, CONFIGURATION.md. */
export function librdkafkaProperties(access: TopicAccess): ClientProperties {
  const { credentials, ca } = access;
  return {
    "security.protocol": protocolOf(access),
    ...(ca && { "ssl.ca.pem": ca }),
    ...(credentials.type !== "none" && {
      "sasl.mechanism": MECHANISMS[credentials.type],
      "sasl.username": credentials.user,
      "sasl.password": credentials.password,
    }),
  };
}

function protocolOf({ credentials, tls }: TopicAccess): string {
  return `${credentials.type === "none" ? "" : "SASL_"}${tls ? "SSL" : "PLAINTEXT"}`;
}

/** Source: Kafka 4.3, ScramLoginModule and PlainLoginModule. */
function jaasOf({ type, user, password }: SaslCredentials): SecretText {
  const module = type === "plain" ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
  return [`org.apache.kafka.common.security.${module} required username="${user}" password="`, password, '";'];
}

/** Network flows from clients to a topic; `who` is the part of the policies' names that tells clients apart. */
export function topicFlows({ name, flows }: Pick<ITopic, "name" | "flows">, who: string, from: PodsEnd): FlowProps[] {
  return flows.map((flow) => ({ name: `${who}-to-topic.${name}.${flow.name}`, from, to: flow.to, ports: flow.ports }));
}
