/** A topic that exists, of any broker that speaks Kafka's protocol. */

import { Construct } from "constructs";
import type { SecretRef } from "#lib/core/secret-ref";
import { endOfHost } from "#lib/kube/network";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import type { ITopic, TopicAccess, TopicClient, TopicFlow } from "#lib/kube/topic";
import { clientProblems, existingTopicProblems } from "./checks";
import { topicsPin } from "./pin";
import { type ExistingTopicProps, type ExistingTopicSettings, existingTopicSchema } from "./schema";

/** Name of a topic in the environment. */
export interface TopicPlace {
  readonly name: string;
}

/** A topic that exists. It creates no objects: they belong to its clients. */
export class ExistingTopic extends Construct implements ITopic {
  public readonly name: string;
  public readonly topic: string;
  public readonly flows: readonly TopicFlow[];
  private readonly settings: ExistingTopicSettings;
  private readonly clients = new Set<string>();

  public constructor(scope: Construct, id: string, props: ExistingTopicProps & TopicPlace) {
    super(scope, id);
    const { name, ...own } = props;
    setOwner(this, topicsPin.name);
    this.settings = settingsOf(this, existingTopicSchema, own as ExistingTopicProps, { checks: existingTopicProblems });
    this.name = name;
    this.topic = this.settings.topic ?? name;
    this.flows = flowsOf(this.settings.bootstrapServers);
  }

  /** Does anything use the topic? */
  public get used(): boolean {
    return this.clients.size > 0;
  }

  public enter({ namespace }: TopicClient): TopicAccess {
    if (!this.clients.has(namespace)) {
      this.clients.add(namespace);
      const place = { id: "topics.client-without-secrets", path: `${ownerOf(this).source}.namespaces` };
      addProblems(this, clientProblems(this.settings, namespace, place));
    }
    const { bootstrapServers, credentials, tls } = this.settings;
    const ca: SecretRef | undefined = this.settings.ca;
    return { bootstrapServers, credentials, tls, ...(ca && { ca }), dependency: this };
  }
}

/** Brokers tell clients the addresses of the others, which usually have the same ports. */
function flowsOf(bootstrapServers: string): TopicFlow[] {
  const hosts = bootstrapServers.split(",").map((address) => new URL(`kafka://${address}`));
  const ends = [...new Map(hosts.map(({ hostname }) => endOfHost(hostname)).map((end) => [end.type, end])).values()];
  const ports = [...new Set(hosts.map(({ port }) => Number(port)))].sort((a, b) => a - b).map((port) => ({ port }));
  return ends.map((to) => ({ name: ends.length > 1 ? `broker-${to.type}` : "broker", to, ports }));
}
