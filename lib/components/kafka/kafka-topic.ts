/** A topic of a Kafka cluster. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { Problem } from "#lib/core/problem";
import type { SecretRef } from "#lib/core/secret-ref";
import type { KafkaTopicSpec } from "#lib/imports/strimzi/index";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import type { ITopic, TopicAccess, TopicAsk, TopicClient, TopicFlow } from "#lib/kube/topic";
import type { KafkaUser } from "./kafka-user";
import { CLUSTER_LABEL } from "./labels";
import { kafkaPin } from "./pin";
import type { Copies } from "./replicas";
import { defaultMinimum } from "./topic-checks";

/** The cluster of a topic. */
interface TopicCluster {
  readonly name: string;
  readonly namespace: string;
  readonly bootstrapServers: string;
  readonly ca?: SecretRef;
  readonly flows: readonly TopicFlow[];
  readonly resource?: ApiObject;
  readonly clientNamespaces: readonly string[];
  readonly copies: Copies;
  userOf(client: TopicClient, topic: string): KafkaUser;
}

/** Props of a {@link KafkaTopic}. */
export interface KafkaTopicProps {
  readonly ask: TopicAsk;
  readonly cluster: TopicCluster;
}

/** A topic. Its records stay when the object is deleted, unless the cluster says otherwise. */
export class KafkaTopic extends Construct implements ITopic {
  public readonly name: string;
  public readonly topic: string;
  public readonly flows: readonly TopicFlow[];
  private readonly cluster: TopicCluster;
  private readonly refused = new Set<string>();

  public constructor(scope: Construct, id: string, { ask, cluster }: KafkaTopicProps) {
    super(scope, id);
    setOwner(this, kafkaPin.name);
    this.name = ask.name;
    this.topic = ask.topic;
    this.flows = cluster.flows;
    this.cluster = cluster;
    const { name, namespace } = cluster;
    const resource = new ApiObject(this, "Resource", {
      apiVersion: "kafka.strimzi.io/v1",
      kind: "KafkaTopic",
      metadata: { name: ask.name, namespace, labels: { [CLUSTER_LABEL]: name } },
      spec: topicSpec(ask, cluster.copies),
    });
    if (cluster.resource) resource.node.addDependency(cluster.resource);
  }

  public enter(client: TopicClient): TopicAccess {
    const { cluster } = this;
    const { bootstrapServers, ca } = cluster;
    const user = cluster.userOf(client, this.topic);
    if (!cluster.clientNamespaces.includes(client.namespace)) this.refuse(client);
    user.node.addDependency(this);
    return {
      bootstrapServers,
      credentials: { type: "scram-sha-512", user: user.name, password: user.password },
      tls: true,
      group: user.name,
      ...(ca && { ca }),
      dependency: user,
    };
  }

  /** Pods can refer to Secrets of their own namespace only. */
  private refuse({ name, namespace }: TopicClient): void {
    if (this.refused.has(namespace)) return;
    this.refused.add(namespace);
    const { cluster } = this;
    const problem: Problem = {
      id: "kafka.client-in-other-namespace",
      path: ownerOf(this).source,
      got: `the client ${name} in namespace ${namespace}; Strimzi writes its password into namespace ${cluster.namespace}`,
      allowed: `clients in ${cluster.clientNamespaces.join(", ")}`,
      fix: `set namespace of the cluster ${cluster.name} to ${namespace}, or copy the Secrets there and add ${namespace} to its clientNamespaces`,
    };
    addProblems(this, [problem]);
  }
}

function topicSpec(ask: TopicAsk, copies: Copies): KafkaTopicSpec {
  const { name, topic, partitions, retention, retentionSize, cleanup, config } = ask;
  const { replicationFactor = copies.replicationFactor, minInsyncReplicas = defaultMinimum(replicationFactor, copies) } = ask;
  return {
    ...(topic !== name && { topicName: topic }),
    partitions,
    replicas: replicationFactor,
    config: {
      "cleanup.policy": cleanup,
      "min.insync.replicas": minInsyncReplicas,
      ...(retention && { "retention.ms": retention.seconds * 1000 }),
      ...(retentionSize && { "retention.bytes": retentionSize.bytes }),
      ...config,
    },
  };
}
