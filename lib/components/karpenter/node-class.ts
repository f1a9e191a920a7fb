/** The EC2NodeClass of a pool. */

import type { EC2NodeClassSpec } from "#lib/imports/karpenter-aws/index";
import { NODE_POOL_LABEL } from "#lib/kube/node-pool";
import type { ReservableNodes } from "#lib/kube/provisioning";
import type { KarpenterSettings } from "./schema";

/** Specification of the node class of a pool. */
export function nodeClassSpec(pool: ReservableNodes, settings: KarpenterSettings): EC2NodeClassSpec {
  const { image, identity, kmsKey, tags } = settings.nodes;
  const discoveryTags = discoveryTagsOf(settings);
  return {
    amiSelectorTerms: [{ alias: image }],
    ...identityFields(identity),
    subnetSelectorTerms: [{ tags: discoveryTags }],
    securityGroupSelectorTerms: [{ tags: discoveryTags }],
    ...(pool.capacityReservations.length > 0 && { capacityReservationSelectorTerms: pool.capacityReservations }),
    blockDeviceMappings: volumes(image, pool).map(([deviceName, volumeSize]) => ({
      deviceName,
      ebs: { volumeSize, volumeType: "gp3", encrypted: true, deleteOnTermination: true, ...(kmsKey && { kmsKeyID: kmsKey }) },
    })),
    // Hop limit 1: containers outside of the host network cannot read the node's credentials.
    metadataOptions: { httpEndpoint: "enabled", httpProtocolIPv6: "disabled", httpPutResponseHopLimit: 1, httpTokens: "required" },
    tags: { ...tags, [NODE_POOL_LABEL]: pool.name },
  };
}

/** Tags of the subnets and security groups. */
export function discoveryTagsOf({ clusterName, nodes }: KarpenterSettings): Record<string, string> {
  return nodes.discoveryTags ?? { "karpenter.sh/discovery": clusterName };
}

function identityFields(identity: KarpenterSettings["nodes"]["identity"]): Pick<EC2NodeClassSpec, "role" | "instanceProfile"> {
  return identity.type === "role" ? { role: identity.role } : { instanceProfile: identity.instanceProfile };
}

/** Bottlerocket has a separate volume for images and container data. Source: Karpenter documentation, NodeClasses. */
function volumes(image: string, { rootVolume }: ReservableNodes): [device: string, size: string][] {
  const data = `${rootVolume.bytes / 1024 ** 3}Gi`;
  if (!image.startsWith("bottlerocket@")) return [["/dev/xvda", data]];
  return [
    ["/dev/xvda", "4Gi"],
    ["/dev/xvdb", data],
  ];
}
