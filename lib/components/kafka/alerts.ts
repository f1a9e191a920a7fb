/** Alert rules on the metrics of Kafka, of its exporter and of Strimzi. Sources: Strimzi 1.2.0, examples/metrics; Kafka 4.3 documentation, "Monitoring". */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Series of our own targets. */
const OWN = 'job=~".+/kafka-.+"';

/** Labels that tell one cluster from another. */
const CLUSTER = "namespace, strimzi_io_cluster";
const NAMED = "Kafka {{ $labels.strimzi_io_cluster }} in {{ $labels.namespace }}";

/** Failed reconciliations in half an hour from which on the operator does not recover by itself: it tries every two minutes. */
const FAILED_RECONCILIATIONS = 5;

/** Every alert about Kafka. */
export const kafkaAlerts: AlertGroup = {
  name: "kafka",
  alerts: [
    {
      name: "KafkaPartitionsOffline",
      expression: `max by (${CLUSTER}) (kafka_controller_kafkacontroller_offlinepartitionscount{${OWN}}) > 0`,
      lasting: Duration.minutes(2),
      severity: "critical",
      summary: `partitions of ${NAMED} have no leader, so nobody can read or write them`,
      runbook: "read the logs of the brokers that are down; a partition without a leader waits for a broker with all of its records",
    },
    {
      name: "KafkaUnderMinInsyncReplicas",
      expression: `sum by (${CLUSTER}) (kafka_server_replicamanager_underminisrpartitioncount{${OWN}}) > 0`,
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: `partitions of ${NAMED} have too few copies to be written`,
      runbook: "bring lost brokers back: producers with acks=all wait for min.insync.replicas copies",
    },
    {
      name: "KafkaUnderReplicated",
      expression: `sum by (${CLUSTER}) (kafka_server_replicamanager_underreplicatedpartitions{${OWN}}) > 0`,
      lasting: Duration.minutes(15),
      severity: "warning",
      summary: `partitions of ${NAMED} have fewer copies than asked for`,
      runbook: "look for brokers that are down or slow: disks, network, CPU",
    },
    {
      name: "KafkaNoController",
      expression: `sum by (${CLUSTER}) (kafka_controller_kafkacontroller_activecontrollercount{${OWN}}) != 1`,
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: `${NAMED} has not exactly one active controller`,
      runbook: "read the logs of the controllers: a majority of them must reach each other on port 9090",
    },
    {
      name: "KafkaNodeDown",
      expression: `min by (${CLUSTER}, pod) (up{${OWN}}) == 0`,
      lasting: Duration.minutes(5),
      severity: "warning",
      summary: `{{ $labels.pod }} of ${NAMED} does not answer`,
      runbook: "read the events and logs of the pod, and the conditions of the Kafka object",
    },
    {
      name: "KafkaConsumerStuck",
      expression:
        `sum by (${CLUSTER}, consumergroup, topic) (kafka_consumergroup_lag{${OWN}}) > 0 and ` +
        `sum by (${CLUSTER}, consumergroup, topic) (delta(kafka_consumergroup_current_offset{${OWN}}[15m])) == 0`,
      lasting: Duration.minutes(15),
      severity: "warning",
      summary: `the consumer group {{ $labels.consumergroup }} of ${NAMED} has stopped reading {{ $labels.topic }}`,
      runbook: "read the logs of the consumer; if it is gone for good, delete its group",
    },
    {
      name: "KafkaOperatorFailing",
      expression: `sum by (namespace, kind) (increase(strimzi_reconciliations_failed_total{job=~".+/strimzi-kafka-operator"}[30m])) > ${FAILED_RECONCILIATIONS}`,
      lasting: Duration.minutes(5),
      severity: "warning",
      summary: "Strimzi fails to reconcile objects of kind {{ $labels.kind }}",
      runbook: "read the conditions of the objects, and the logs of the operator",
    },
  ],
};
