/** A user of a Kafka cluster: a password, and access to the topics that its client names. */

import { ApiObject, Lazy } from "cdk8s";
import { Construct } from "constructs";
import { compareText } from "#lib/core/order";
import { type SecretRef, secretRef } from "#lib/core/secret-ref";
import type { KafkaUserSpec } from "#lib/imports/strimzi/index";
import { setOwner } from "#lib/kube/ownership";
import { CLUSTER_LABEL } from "./labels";
import { kafkaPin } from "./pin";

type Acl = NonNullable<KafkaUserSpec["authorization"]>["acls"][number];

/** Props of a {@link KafkaUser}. */
export interface KafkaUserProps {
  /** Name of the user and of the Secret with its password. */
  readonly name: string;
  readonly cluster: { readonly name: string; readonly namespace: string; readonly resource?: ApiObject };
}

/** A user, with least privilege: its topics, and consumer groups whose names start with its own. */
export class KafkaUser extends Construct {
  public readonly name: string;
  /** Its password, in a Secret of the cluster's namespace. */
  public readonly password: SecretRef;
  private readonly topics = { read: new Set<string>(), write: new Set<string>() };

  public constructor(scope: Construct, id: string, { name, cluster }: KafkaUserProps) {
    super(scope, id);
    setOwner(this, kafkaPin.name);
    this.name = name;
    this.password = secretRef(name, "password");
    const resource = new ApiObject(this, "Resource", {
      apiVersion: "kafka.strimzi.io/v1",
      kind: "KafkaUser",
      metadata: { name, namespace: cluster.namespace, labels: { [CLUSTER_LABEL]: cluster.name } },
      // Topics are added after the user is made.
      spec: Lazy.any({ produce: () => this.spec() }),
    });
    if (cluster.resource) resource.node.addDependency(cluster.resource);
  }

  /** Gives access to a topic. */
  public grant(topic: string, access: "read" | "write"): void {
    this.topics[access].add(topic);
  }

  private spec(): KafkaUserSpec {
    const { read, write } = this.topics;
    const group: Acl = { resource: { type: "group", name: this.name, patternType: "prefix" }, operations: ["Read"] };
    const acls = [
      ...[...read].sort(compareText).map((topic) => topicAcl(topic, ["Describe", "Read"])),
      ...(read.size > 0 ? [group] : []),
      ...[...write].sort(compareText).map((topic) => topicAcl(topic, ["Describe", "Write"])),
    ];
    return { authentication: { type: "scram-sha-512" }, authorization: { type: "simple", acls } };
  }
}

function topicAcl(name: string, operations: Acl["operations"]): Acl {
  return { resource: { type: "topic", name, patternType: "literal" }, operations };
}
