/** Labels that place the nodes of a pool in the data center. */

import { machinesOf } from "./machines";
import { isProvisioned, type NodePoolSettings } from "./schema";

/** Families whose nodes get the labels of EC2's network. Source: Amazon EC2, "Instance topology", prerequisites; cloud-provider-aws, topology labels. */
const AWS_TOPOLOGY = /^(p3dn|p4d|p4de|p5|p5e|p5en|p6-b200|p6-b300|trn1|trn1n|trn2|hpc\w+)\./;

/** Source: cloud-provider-aws, `topology.k8s.aws/network-node-layer-N`; layer 3 is the nearest to the instance. */
const AWS_LABELS = [1, 2, 3].map((layer) => `topology.k8s.aws/network-node-layer-${layer}`);

/** Labels from the widest level to the narrowest; none where they are unknown. */
export function topologyOf(props: NodePoolSettings): readonly string[] {
  if (!isProvisioned(props)) return props.topology;
  return machinesOf(props).every(({ name }) => AWS_TOPOLOGY.test(name)) ? AWS_LABELS : [];
}
