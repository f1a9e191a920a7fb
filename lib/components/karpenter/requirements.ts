/** What Karpenter requires in AWS. Source: Karpenter 1.14 documentation, Getting Started with Karpenter, CloudFormation. */

import type { OwnRequirement } from "#lib/kube/requirement";
import { discoveryTagsOf } from "./node-class";
import type { KarpenterSettings } from "./schema";

/** Identities of controller and nodes, network, and the queue. */
export function karpenterRequirements(settings: KarpenterSettings, namespace: string): OwnRequirement[] {
  const { clusterName, nodes, controllerRole, interruptionQueue } = settings;
  const { identity } = nodes;
  const tags = Object.entries(discoveryTagsOf(settings)).map(([key, value]) => `${key}=${value}`);
  return [
    {
      type: "cloud-identity",
      name: controllerRole ?? `Pod Identity association of ServiceAccount ${namespace}/karpenter`,
      purpose: `Karpenter's controller creates and deletes EC2 instances of ${clusterName}`,
    },
    {
      type: "cloud-identity",
      name: identity.type === "role" ? `IAM role ${identity.role}` : `instance profile ${identity.instanceProfile}`,
      purpose: `nodes join ${clusterName} and pull images; the cluster needs an access entry for it`,
    },
    { type: "network", name: tags.join(","), purpose: "tags of the subnets and security groups of the nodes" },
    ...(interruptionQueue === undefined
      ? []
      : [{ type: "queue", name: interruptionQueue, purpose: "SQS queue with EventBridge rules for interruption notices" } as const]),
  ];
}
