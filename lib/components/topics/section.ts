/** Section `topics` of the environment file. */

import type { Construct } from "constructs";
import { section } from "#lib/environment/section";
import { allow, pods } from "#lib/kube/network";
import type { ITopic } from "#lib/kube/topic";
import { topicFlows } from "#lib/kube/topic-clients";
import { UNUSED } from "./checks";
import { ExistingTopic } from "./existing-topic";
import { topicsPin } from "./pin";
import { type InClusterTopicSettings, topicsSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Topics of event streams by name, in the cluster or in a broker that exists; pipelines refer to them by it. @default none */
    topics: typeof topicsSchema;
  }
  interface DeclaredAt {
    topics: "topic";
  }
}

/** Topics. */
export const topics = section({
  key: "topics",
  stage: "data-preparation",
  pin: topicsPin,
  schema: topicsSchema,
  declares: { topic: "" },
  build(all, site) {
    for (const [name, settings] of Object.entries(all)) {
      const part = site.part([name]);
      const topic =
        settings.type === "existing" ? new ExistingTopic(part, "Topic", { ...settings, name }) : inCluster(part, name, settings);
      site.give("topic", name, topic);
    }
  },
  finish(all, site) {
    for (const name of Object.keys(all)) {
      const topic = site.all("topic").get(name);
      if (topic instanceof ExistingTopic && !topic.used) site.report([name], UNUSED);
    }
  },
});

function inCluster(part: Construct, name: string, settings: InClusterTopicSettings): ITopic {
  const { type: _type, cluster, topic: called = name, clients, ...own } = settings;
  const topic = cluster.addTopic(part, { ...own, name, topic: called });
  for (const [client, { namespace, labels, access }] of Object.entries(clients)) {
    topic.enter({ name: client, namespace, access });
    allow(part, topicFlows(topic, `client.${client}`, pods(namespace, labels)));
  }
  return topic;
}
