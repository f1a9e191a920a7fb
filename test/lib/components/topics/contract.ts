/** Topics in the contract suite. */

import { ExistingTopic, type ExistingTopicProps, existingTopicSchema, topicsPin } from "#lib/components/topics/index";
import { secretRef } from "#lib/core/secret-ref";
import { contractEntry } from "../../../contract/entry";
import { TopicReader } from "./topic-reader";

/** With a client, because a topic that exists makes no objects. */
const existingTopic = contractEntry<ExistingTopicProps>({
  title: "ExistingTopic",
  pin: topicsPin,
  schema: existingTopicSchema,
  build: (scope, props) => {
    const topic = new ExistingTopic(scope, "Subject", { ...props, name: "clicks" });
    for (const namespace of new Set(["readers", ...(props.namespaces ?? [])])) new TopicReader(scope, namespace, topic, namespace);
  },
  smallest: {
    type: "existing",
    bootstrapServers: "b-1.example.com:9096,b-2.example.com:9096",
    credentials: { type: "scram-sha-512", user: "reader", password: secretRef("broker", "password") },
    namespaces: ["readers"],
  },
  variants: {
    type: { topic: "other" },
    bootstrapServers: { bootstrapServers: "b-1.example.com:9094" },
    topic: { topic: "Clicks.v1" },
    tls: { tls: false },
    ca: { ca: secretRef("broker-ca", "ca.crt") },
    credentials: { credentials: { type: "plain", user: "reader", password: secretRef("broker", "password") } },
    namespaces: { namespaces: ["readers", "others"] },
  },
  refused: {
    "spec.wrong-value": { bootstrapServers: "b-1" },
    "topics.ca-without-tls": { tls: false, ca: secretRef("broker-ca", "ca.crt") },
    "topics.secrets-without-namespaces": { namespaces: [] },
    "topics.namespaces-without-secrets": { credentials: { type: "none" } },
    "topics.client-without-secrets": { namespaces: ["others"] },
  },
});

/** What the contract suite tries. */
export const entries = [existingTopic];
