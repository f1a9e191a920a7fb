/** Kafka: event streams, on Strimzi. */

export { KafkaCluster, type KafkaClusterPlace } from "./kafka-cluster";
export { KafkaOperator, type KafkaOperatorPlace } from "./kafka-operator";
export { kafkaPin } from "./pin";
export { type KafkaClusterProps, type KafkaOperatorProps, kafkaClusterSchema, kafkaOperatorSchema } from "./schema";
export { kafka } from "./section";
