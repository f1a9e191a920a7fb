/** A Kafka cluster: brokers and controllers without ZooKeeper (KRaft), and the operators of its topics and users. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import { type SecretRef, secretRef } from "#lib/core/secret-ref";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, apiServerFlow, type FlowPort, type PodsEnd, pods } from "#lib/kube/network";
import { ownerOf, priorityOf, setOwner } from "#lib/kube/ownership";
import { addProblems, isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import type { IMessageBroker, ITopic, TopicAsk, TopicClient, TopicFlow } from "#lib/kube/topic";
import { kafkaClusterProblems, productionProblems } from "./checks";
import { KafkaTopic } from "./kafka-topic";
import { KafkaUser } from "./kafka-user";
import { CLUSTER_LABEL, caSecret, NAME_LABEL, partLabels } from "./labels";
import { kafkaPin } from "./pin";
import { type Copies, copiesOf, nodesWith } from "./replicas";
import { type KafkaClusterProps, type KafkaClusterSettings, kafkaClusterSchema } from "./schema";
import { CLIENT_PORT, kafkaSpec, METRICS_PORT, nodePoolSpec, type SpecContext } from "./spec";
import { topicProblems } from "./topic-checks";

/** Ports between nodes: of controllers, and of brokers. Source: Strimzi 1.2.0, KafkaCluster.java. */
const NODE_PORTS: readonly FlowPort[] = [{ port: 9090 }, { port: 9091 }];
/** Port by which the operators and the exporter administer a cluster. */
const ADMIN_PORTS: readonly FlowPort[] = [{ port: 9091 }];
/** Port of Strimzi's agent in each node, which tells the operator its state. */
const AGENT_PORT: FlowPort = { port: 8443 };

/** Name of a cluster and its operator. */
export interface KafkaClusterPlace {
  /** Name of the cluster; its Service is `<name>-kafka-bootstrap`. */
  readonly name: string;
  /** The operator, which needs a network flow to the cluster. */
  readonly operator: { readonly pods: PodsEnd };
  /** Must it survive the loss of a node? @default false */
  readonly production?: boolean;
}

/** A Kafka cluster. */
export class KafkaCluster extends Construct implements IMessageBroker, IMonitored {
  public readonly name: string;
  public readonly namespace: string;
  /** Address for clients: `host:port`. */
  public readonly bootstrapServers: string;
  public readonly monitoring: Monitoring;
  /** CA of the brokers' certificates, in each client's namespace. */
  public readonly ca?: SecretRef;
  /** Network flows of clients. */
  public readonly flows: readonly TopicFlow[];
  /** The copies of topics that set none of their own. */
  public readonly copies: Copies;
  /** The Kafka object, on which topics and users depend; absent if the props are wrong. */
  public readonly resource?: ApiObject;
  private readonly production: boolean;
  private readonly settings: KafkaClusterSettings;
  private readonly users = new Map<string, KafkaUser>();

  public constructor(scope: Construct, id: string, props: KafkaClusterProps & KafkaClusterPlace) {
    super(scope, id);
    const { name, operator, production = false, ...own } = props;
    setOwner(this, kafkaPin.name);
    const settings = settingsOf(this, kafkaClusterSchema, own, {
      checks: (each, path) => [...kafkaClusterProblems(name, each, path), ...(production ? productionProblems(each, path) : [])],
    });
    const { namespace, tls } = settings;
    this.name = name;
    this.namespace = namespace;
    this.production = production;
    this.settings = settings;
    this.copies = copiesOf(settings);
    this.bootstrapServers = `${name}-kafka-bootstrap.${namespace}.svc:${CLIENT_PORT}`;
    const ca = tls ? tls.ca : secretRef(caSecret(name), "ca.crt");
    if (ca) this.ca = ca;
    const brokers = pods(namespace, partLabels(name, "kafka"));
    this.flows = [{ name: "broker", to: brokers, ports: [{ port: CLIENT_PORT }] }];
    this.monitoring = { targets: [this.target(brokers, "kafka"), this.target(this.part("kafka-exporter"), "kafka-exporter")] };
    if (!isSound(this)) return;
    this.resource = this.addCluster(settings);
    // Node pools are destroyed after their workloads.
    for (const { pool } of Object.values(settings.nodePools)) if (pool) this.node.addDependency(pool);
    this.allowFlows(brokers, operator.pods);
  }

  public addTopic(scope: Construct, ask: TopicAsk): ITopic {
    const topic = new KafkaTopic(scope, "Topic", { ask, cluster: this });
    const limits = { brokers: nodesWith(this.settings, "broker"), ...this.copies, production: this.production };
    if (isSound(this)) addProblems(topic, topicProblems(ask, limits, ownerOf(topic).source));
    return topic;
  }

  /** Namespaces that have the Secrets of clients. */
  public get clientNamespaces(): readonly string[] {
    return [this.namespace, ...this.settings.clientNamespaces];
  }

  /** The user of a client, with access to one topic more. */
  public userOf(client: TopicClient, topic: string): KafkaUser {
    const user = this.users.get(client.name) ?? new KafkaUser(this, `User-${client.name}`, { name: client.name, cluster: this });
    this.users.set(client.name, user);
    user.grant(topic, client.access);
    return user;
  }

  private addCluster(settings: KafkaClusterSettings): ApiObject {
    const { name } = this;
    const images = {
      operator: imageFor(this, kafkaPin.images.operator),
      kafka: imageFor(this, kafkaPin.images.kafka.replace(/[\d.]+$/, settings.version)),
    };
    const context: SpecContext = { name, images, priorityClassName: priorityOf(this) };
    const kafka = this.add("Resource", "Kafka", name, kafkaSpec(settings, context));
    for (const [pool, own] of Object.entries(settings.nodePools)) {
      const made = this.add(`NodePool-${pool}`, "KafkaNodePool", pool, nodePoolSpec(own, settings, context), { [CLUSTER_LABEL]: name });
      kafka.node.addDependency(made);
    }
    return kafka;
  }

  private add(id: string, kind: string, name: string, spec: object, labels?: Record<string, string>): ApiObject {
    const metadata = { name, namespace: this.namespace, ...(labels && { labels }) };
    return new ApiObject(this, id, { apiVersion: "kafka.strimzi.io/v1", kind, metadata, spec } as {
      apiVersion: string;
      kind: string;
    } & JsonObject);
  }

  private part(part: "entity-operator" | "kafka-exporter"): PodsEnd {
    return pods(this.namespace, partLabels(this.name, part));
  }

  /** Labels of series: the cluster, and which of its parts the pod is. */
  private target(end: PodsEnd, part: string) {
    return { name: `${part}-${this.namespace}.${this.name}`, pods: end, port: METRICS_PORT, podLabels: [CLUSTER_LABEL, NAME_LABEL] };
  }

  private allowFlows(brokers: PodsEnd, operator: PodsEnd): void {
    const { name } = this;
    const [entity, exporter] = [this.part("entity-operator"), this.part("kafka-exporter")];
    allow(this, [
      { name: `${name}-kafka-nodes`, from: brokers, to: brokers, ports: NODE_PORTS },
      { name: `strimzi-to-${name}`, from: operator, to: brokers, ports: [...NODE_PORTS, AGENT_PORT] },
      { name: `${name}-entity-operator-to-kafka`, from: entity, to: brokers, ports: ADMIN_PORTS },
      { name: `${name}-kafka-exporter-to-kafka`, from: exporter, to: brokers, ports: ADMIN_PORTS },
      // Nodes read their certificates and passwords from Secrets. Source: Strimzi 1.2.0, KafkaBrokerConfigurationBuilder.java.
      apiServerFlow(`${name}-kafka`, brokers),
      apiServerFlow(`${name}-entity-operator`, entity),
    ]);
  }
}
