/** Kafka in the contract suite. */

import { App, Chart } from "cdk8s";
import { Construct } from "constructs";
import {
  KafkaCluster,
  type KafkaClusterProps,
  KafkaOperator,
  type KafkaOperatorProps,
  kafkaClusterSchema,
  kafkaOperatorSchema,
  kafkaPin,
} from "#lib/components/kafka/index";
import { NodePool } from "#lib/components/node-pools/index";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { pods } from "#lib/kube/network";
import { contractEntry } from "../../../contract/entry";
import { kafkaAlertCases } from "./alert-cases";

const kafkaOperator = contractEntry<KafkaOperatorProps>({
  title: "KafkaOperator",
  pin: kafkaPin,
  schema: kafkaOperatorSchema,
  build: (scope, props) => new KafkaOperator(scope, "Subject", props),
  smallest: {},
  variants: {
    existing: { existing: true },
    replicas: { replicas: 2 },
    resources: { resources: { requests: { cpu: 0.5 } } },
  },
  refused: {
    "spec.wrong-value": { replicas: 0 },
    "operators.without-effect-on-existing": { existing: true, replicas: 2 },
    "operators.existing-version": { existing: { version: "1.1.0" } },
  },
  alerts: kafkaAlertCases,
});

const pool = (scope: Construct) =>
  new NodePool(scope, "Pool", { name: "cpu", type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } });

/** In place of it, the tree under test gets a pool of its own. */
const elsewhere = pool(new Chart(new App(), "pools"));

const nodes = { storage: Size.gibibytes(10) };

/** With a topic, and a client in the namespace of the cluster. */
const kafkaCluster = contractEntry<KafkaClusterProps>({
  title: "KafkaCluster",
  pin: kafkaPin,
  schema: kafkaClusterSchema,
  build: (scope: Construct, props) => {
    const own = Object.values(props.nodePools).some((each) => each.pool) ? pool(scope) : undefined;
    const nodePools = Object.fromEntries(
      Object.entries(props.nodePools).map(([name, each]) => [name, { ...each, ...(each.pool && own && { pool: own }) }]),
    );
    const cluster = new KafkaCluster(scope, "Subject", { ...props, nodePools, name: "subject", operator: { pods: pods("strimzi") } });
    const topic = cluster.addTopic(new Construct(scope, "Clicks"), {
      name: "clicks",
      topic: "Clicks.v1",
      partitions: 12,
      cleanup: "delete",
      config: {},
    });
    topic.enter({ name: "shop", namespace: "shops", access: "write" });
    topic.enter({ name: "shop", namespace: "shops", access: "read" });
    for (const namespace of props.clientNamespaces ?? []) topic.enter({ name: `of-${namespace}`, namespace, access: "read" });
  },
  smallest: { nodePools: { nodes }, clientNamespaces: ["shops"] },
  variants: {
    nodePools: { nodePools: { nodes: { ...nodes, cpu: 2, pool: elsewhere } } },
    namespace: { namespace: "streams" },
    clientNamespaces: { clientNamespaces: ["shops", "others"] },
    version: { version: "4.2.1" },
    replicationFactor: { nodePools: { nodes: { ...nodes, replicas: 3 } }, replicationFactor: 2 },
    minInsyncReplicas: { nodePools: { nodes: { ...nodes, replicas: 3 } }, minInsyncReplicas: 1 },
    rack: { rack: "topology.kubernetes.io/zone" },
    deleteTopics: { deleteTopics: true },
    tls: { tls: { secretName: "brokers", ca: secretRef("company-ca", "ca.crt") } },
    config: { config: { "log.retention.hours": 24 } },
  },
  refused: {
    "spec.wrong-value": { replicationFactor: 0 },
    "kafka.role-missing": { nodePools: { nodes: { ...nodes, roles: ["broker"] } } },
    "kafka.too-few-brokers": { replicationFactor: 2 },
    "kafka.min-insync-replicas": { minInsyncReplicas: 2 },
    "kafka.own-client-namespace": { clientNamespaces: ["shops", "kafka"] },
    "kafka.reserved-setting": { config: { "listeners.x": "y" } },
    "kafka.fits-no-machine": { nodePools: { nodes: { ...nodes, cpu: 100, pool: elsewhere } } },
    "kafka.client-in-other-namespace": { clientNamespaces: [] },
  },
});

/** What the contract suite tries. */
export const entries = [kafkaOperator, kafkaCluster];
