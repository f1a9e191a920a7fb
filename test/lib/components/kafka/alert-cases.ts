/** Alerts of Kafka: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const KAFKA = 'job="monitoring/kafka-kafka.main", namespace="kafka", strimzi_io_cluster="main"';
const EXPORTER = 'job="monitoring/kafka-exporter-kafka.main", namespace="kafka", strimzi_io_cluster="main", consumergroup="g", topic="t"';
const STRIMZI = 'job="monitoring/strimzi-kafka-operator", namespace="strimzi", kind="Kafka"';

const offline = "kafka_controller_kafkacontroller_offlinepartitionscount";
const underMin = "kafka_server_replicamanager_underminisrpartitioncount";
const underReplicated = "kafka_server_replicamanager_underreplicatedpartitions";
const active = "kafka_controller_kafkacontroller_activecontrollercount";

/** Every alert with series that raise it and series that do not. */
export const kafkaAlertCases: readonly AlertCase[] = [
  { alert: "KafkaPartitionsOffline", series: { [`${offline}{${KAFKA}, pod="a"}`]: "0 2x20" }, at: "6m", raised: true },
  { alert: "KafkaPartitionsOffline", series: { [`${offline}{${KAFKA}, pod="a"}`]: "2 0x20" }, at: "10m", raised: false },
  { alert: "KafkaUnderMinInsyncReplicas", series: { [`${underMin}{${KAFKA}, pod="a"}`]: "1x20" }, at: "8m", raised: true },
  { alert: "KafkaUnderMinInsyncReplicas", series: { [`${underMin}{${KAFKA}, pod="a"}`]: "1 1 0x20" }, at: "10m", raised: false },
  { alert: "KafkaUnderReplicated", series: { [`${underReplicated}{${KAFKA}, pod="a"}`]: "3x40" }, at: "20m", raised: true },
  // A broker that restarts.
  { alert: "KafkaUnderReplicated", series: { [`${underReplicated}{${KAFKA}, pod="a"}`]: "3x5 0x40" }, at: "30m", raised: false },
  {
    alert: "KafkaNoController",
    series: { [`${active}{${KAFKA}, pod="a"}`]: "0x20", [`${active}{${KAFKA}, pod="b"}`]: "0x20" },
    at: "8m",
    raised: true,
  },
  {
    alert: "KafkaNoController",
    series: { [`${active}{${KAFKA}, pod="a"}`]: "0x20", [`${active}{${KAFKA}, pod="b"}`]: "1x20" },
    at: "10m",
    raised: false,
  },
  { alert: "KafkaNodeDown", series: { [`up{${KAFKA}, pod="a"}`]: "0x20" }, at: "8m", raised: true },
  { alert: "KafkaNodeDown", series: { [`up{${KAFKA}, pod="a"}`]: "0 0 1x20" }, at: "10m", raised: false },
  {
    alert: "KafkaConsumerStuck",
    series: { [`kafka_consumergroup_lag{${EXPORTER}}`]: "5+1x60", [`kafka_consumergroup_current_offset{${EXPORTER}}`]: "100x60" },
    at: "40m",
    raised: true,
  },
  // Slow, but moving.
  {
    alert: "KafkaConsumerStuck",
    series: { [`kafka_consumergroup_lag{${EXPORTER}}`]: "5+1x60", [`kafka_consumergroup_current_offset{${EXPORTER}}`]: "100+1x60" },
    at: "40m",
    raised: false,
  },
  // Everything is read, and nothing is written.
  {
    alert: "KafkaConsumerStuck",
    series: { [`kafka_consumergroup_lag{${EXPORTER}}`]: "0x60", [`kafka_consumergroup_current_offset{${EXPORTER}}`]: "100x60" },
    at: "40m",
    raised: false,
  },
  {
    alert: "KafkaOperatorFailing",
    series: { [`strimzi_reconciliations_failed_total{${STRIMZI}}`]: "0+1x60" },
    at: "40m",
    raised: true,
  },
  {
    alert: "KafkaOperatorFailing",
    series: { [`strimzi_reconciliations_failed_total{${STRIMZI}}`]: "0x20 2x40" },
    at: "50m",
    raised: false,
  },
];
