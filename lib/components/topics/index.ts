/** Topics: event streams of brokers in the cluster and elsewhere. */

export { ExistingTopic, type TopicPlace } from "./existing-topic";
export { topicsPin } from "./pin";
export { type ExistingTopicProps, existingTopicSchema } from "./schema";
export { topics } from "./section";
