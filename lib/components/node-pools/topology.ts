/** Labels that place the nodes of a pool in the data center. */

import { machinesOf } from "./machines";
import { isProvisioned, type NodePoolSettings, type ProvisionedSettings } from "./schema";

/** Families whose nodes get the labels of EC2's network. Source: Amazon EC2, "Instance topology", prerequisites; cloud-provider-aws, topology labels. */
const AWS_TOPOLOGY = /^(p3dn|p4d|p4de|p5|p5e|p5en|p6-b200|p6-b300|trn1|trn1n|trn2|hpc\w+)\./;

/** Source: cloud-provider-aws, `topology.k8s.aws/network-node-layer-N`; layer 3 is the nearest to the instance. */
const AWS_LABELS = [1, 2, 3].map((layer) => `topology.k8s.aws/network-node-layer-${layer}`);

/** Series whose nodes get the labels of Google's network, with a compact placement. Source: Google, "Topology-aware scheduling on GKE". */
const GOOGLE_TOPOLOGY = /^(a3-(high|mega|ultra)gpu|a4-|a4x-)/;

/** Source: Google, "Topology-aware scheduling on GKE". */
const GOOGLE_LABELS = ["block", "subblock", "host"].map((level) => `cloud.google.com/gce-topology-${level}`);

const NOWHERE = /^$/;

const LEVELS = {
  "karpenter-aws": { families: AWS_TOPOLOGY, labels: AWS_LABELS },
  "karpenter-azure": { families: NOWHERE, labels: [] },
  "karpenter-gcp": { families: GOOGLE_TOPOLOGY, labels: GOOGLE_LABELS },
  "gke-compute-class": { families: GOOGLE_TOPOLOGY, labels: GOOGLE_LABELS },
} as const satisfies Readonly<Record<ProvisionedSettings["type"], unknown>>;

/** Labels from the widest level to the narrowest; none where they are unknown. */
export function topologyOf(props: NodePoolSettings): readonly string[] {
  if (!isProvisioned(props)) return props.topology;
  const { families, labels } = LEVELS[props.type];
  return machinesOf(props).every(({ name }) => families.test(name)) ? labels : [];
}
