/** Roles of event streams: a topic, and a message broker that makes topics in the cluster. No product is named here. */

import type { Construct, IConstruct, IDependable } from "constructs";
import type { Duration } from "#lib/core/duration";
import type { SecretRef } from "#lib/core/secret-ref";
import type { Size } from "#lib/core/size";
import type { FlowProps } from "./network";

/** How clients authenticate. */
export type TopicCredentials =
  /** A user with a password, which SASL sends as a salted challenge, or as it is (plain). The password is in a Secret of the client's namespace. */
  | {
      readonly type: "scram-sha-512" | "scram-sha-256" | "plain";
      readonly user: string;
      readonly password: SecretRef;
    }
  /** Anybody may read and write. */
  | { readonly type: "none" };

/** A client of a topic. */
export interface TopicClient {
  /** Unique among the clients of the broker: the name of its user, where the broker makes users. */
  readonly name: string;
  readonly namespace: string;
  readonly access: "read" | "write";
}

/** What a client needs. */
export interface TopicAccess {
  /** Addresses of the broker: `host:port`, with commas between them. */
  readonly bootstrapServers: string;
  readonly credentials: TopicCredentials;
  /** Is the connection encrypted? */
  readonly tls: boolean;
  /** CA that signed the certificates of the broker, as PEM in a Secret of the client's namespace. @default a public CA, or no TLS */
  readonly ca?: SecretRef;
  /** Consumer groups of the client start with it. @default any name */
  readonly group?: string;
  /** Clients depend on it: the topic, and their user. */
  readonly dependency: IDependable;
}

/** One network flow from clients to a broker, without its clients. */
export interface TopicFlow extends Pick<FlowProps, "to" | "ports"> {
  /** Part of the policy's name. */
  readonly name: string;
}

/** A topic of a message broker that speaks Kafka's protocol. */
export interface ITopic extends IConstruct {
  /** Name in the environment. */
  readonly name: string;
  /** Name in the broker. */
  readonly topic: string;
  readonly flows: readonly TopicFlow[];
  /** Opens the topic to a client; the same client twice is the same user. */
  enter(client: TopicClient): TopicAccess;
}

/** What a broker is asked for. */
export interface TopicAsk {
  /** Name in the environment. */
  readonly name: string;
  /** Name in the broker. */
  readonly topic: string;
  readonly partitions: number;
  /** Copies of each partition, on different brokers. @default that of the broker */
  readonly replicationFactor?: number;
  /** Copies that must have a record before it counts as written. @default that of the broker */
  readonly minInsyncReplicas?: number;
  /** What happens to old records: they are deleted, or only the newest of each key is kept. */
  readonly cleanup: "delete" | "compact";
  /** Age from which records are deleted. @default that of the broker */
  readonly retention?: Duration;
  /** Size of a partition from which its oldest records are deleted. @default no limit */
  readonly retentionSize?: Size;
  /** Further settings of the topic. */
  readonly config: Readonly<Record<string, string | number | boolean>>;
}

/** A message broker that makes topics, by its name in the environment. */
export interface IMessageBroker extends IConstruct {
  readonly name: string;
  /** Creates a topic below `scope`. */
  addTopic(scope: Construct, ask: TopicAsk): ITopic;
}
