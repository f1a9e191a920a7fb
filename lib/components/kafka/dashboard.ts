/** Dashboard of Kafka clusters. */

import type { DashboardContent } from "#lib/kube/monitoring";

const OWN = 'job=~".+/kafka-.+", strimzi_io_cluster=~"$cluster"';

/** Traffic of topics, lag of consumers, and health of partitions. */
export const kafkaDashboard: DashboardContent = {
  uid: "beamstack-kafka",
  title: "Kafka",
  variables: [{ name: "cluster", metric: "kafka_server_replicamanager_leadercount", label: "strimzi_io_cluster" }],
  rows: [
    {
      title: "Topics",
      panels: [
        {
          title: "Records in",
          type: "series",
          unit: "ops",
          description: "Records that producers write, in a second.",
          queries: { "{{topic}}": `sum by (topic) (rate(kafka_server_brokertopicmetrics_messagesinpersec_total{${OWN}, topic!=""}[5m]))` },
        },
        {
          title: "Bytes out",
          type: "series",
          unit: "Bps",
          description: "Bytes that consumers read, in a second.",
          queries: { "{{topic}}": `sum by (topic) (rate(kafka_server_brokertopicmetrics_bytesoutpersec_total{${OWN}, topic!=""}[5m]))` },
        },
        {
          title: "Consumer lag",
          type: "series",
          unit: "short",
          description: "Records that a consumer group has not read yet. Consumers that commit no offsets are not shown.",
          queries: { "{{consumergroup}} {{topic}}": `sum by (consumergroup, topic) (kafka_consumergroup_lag{${OWN}})` },
        },
        {
          title: "Stored bytes",
          type: "series",
          unit: "bytes",
          description: "Size of all copies of a topic.",
          queries: { "{{topic}}": `sum by (topic) (kafka_log_log_size{${OWN}})` },
        },
      ],
    },
    {
      title: "Brokers",
      panels: [
        {
          title: "Partitions at risk",
          type: "series",
          unit: "short",
          description: "Partitions with fewer copies than asked for, with too few to be written, and without a leader.",
          queries: {
            "under-replicated": `sum(kafka_server_replicamanager_underreplicatedpartitions{${OWN}})`,
            "under min.insync.replicas": `sum(kafka_server_replicamanager_underminisrpartitioncount{${OWN}})`,
            offline: `max(kafka_controller_kafkacontroller_offlinepartitionscount{${OWN}})`,
          },
        },
        {
          title: "Leaders",
          type: "series",
          unit: "short",
          description: "Partitions that a broker leads. Even numbers mean even load.",
          queries: { "{{pod}}": `sum by (pod) (kafka_server_replicamanager_leadercount{${OWN}})` },
        },
        {
          title: "Idle request handlers",
          type: "series",
          unit: "percentunit",
          description: "Share of time in which the request handlers of a broker wait. Below 30 % a broker is overloaded.",
          queries: {
            "{{pod}}": `sum by (pod) (rate(kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent_total{${OWN}}[5m])) / 1e9`,
          },
        },
      ],
    },
  ],
};
