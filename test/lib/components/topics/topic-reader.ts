/** Pods that read a topic by everything that the role gives. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { digest } from "#lib/core/digest";
import { allow, pods } from "#lib/kube/network";
import type { ITopic } from "#lib/kube/topic";
import { javaProperties, librdkafkaProperties, topicFlows } from "#lib/kube/topic-clients";

/** Pods that read a topic. */
export class TopicReader extends Construct {
  public constructor(scope: Construct, id: string, topic: ITopic, namespace = "readers") {
    super(scope, id);
    const access = topic.enter({ name: "reader", namespace, access: "read" });
    const data = {
      servers: access.bootstrapServers,
      topic: topic.topic,
      java: digest(JSON.stringify(javaProperties(access))),
      librdkafka: digest(JSON.stringify(librdkafkaProperties(access))),
    };
    new k8s.KubeConfigMap(this, "Client", { metadata: { name: "client", namespace }, data });
    allow(this, topicFlows(topic, "reader", pods(namespace, { app: "reader" })));
  }
}
