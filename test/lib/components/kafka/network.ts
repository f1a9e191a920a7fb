/** Network flows of Kafka and of its operator. */

import { Size } from "#lib/core/size";
import type { KubeObject } from "#lib/kube/object";
import { type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

/** Ports of each part. */
const PORTS = {
  kafka: tcp({ "tcp-ctrlplane": 9090, "tcp-replication": 9091, "tcp-clients": 9093, "tcp-kafkaagent": 8443, "tcp-prometheus": 9404 }),
  "entity-operator": tcp({ "healthcheck-to": 8080, "healthcheck-uo": 8081 }),
  "kafka-exporter": tcp({ "tcp-prometheus": 9404 }),
};
const OPERATOR = "strimzi-cluster-operator";

/** Source: Strimzi 1.2.0, Labels.java, KafkaCluster.java, EntityOperator.java and KafkaExporter.java (labels and ports of each part). */
function kafkaPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  return Object.entries(PORTS).map(([part, ports]) => ({
    kind: part === "kafka" ? "kafka-node" : part,
    instance: name,
    namespace,
    labels: { "strimzi.io/cluster": name, "strimzi.io/name": `${name}-${part}`, "strimzi.io/kind": "Kafka" },
    ports,
    hostNetwork: false,
  }));
}

/** What the tests of network policies know of Kafka. */
export const network: NetworkFacts = {
  everything: { kafka: { clusters: { main: { nodePools: { nodes: { storage: Size.gibibytes(10) } } } } } },
  pods: { Kafka: kafkaPods },
  needed: [
    watches(OPERATOR, "kafka-node", "entity-operator"),
    { from: ["kafka-node"], to: ["kafka-node"], ports: [9090, 9091], within: "instance", reason: "metadata and copies of records" },
    { from: [OPERATOR], to: ["kafka-node"], ports: [8443, 9090, 9091], reason: "restarts one by one, and the state of each node" },
    { from: ["entity-operator", "kafka-exporter"], to: ["kafka-node"], ports: [9091], within: "instance", reason: "topics, users and lag" },
    scraped(9404, "kafka-node", "kafka-exporter"),
    scraped(8080, OPERATOR),
  ],
  closed: [
    { from: ["stranger"], to: ["kafka-node"], ports: [8443, 9090, 9091, 9093], reason: "clients of topics only" },
    { from: ["entity-operator", "kafka-exporter"], to: ["kafka-node"], ports: [8443, 9093], reason: "administration only" },
  ],
};
