/** Karpenter on Google Cloud in the contract suite: the controller with one pool. */

import {
  GcpNodePool,
  KarpenterGcp,
  type KarpenterGcpProps,
  karpenterGcpPin,
  karpenterGcpSchema,
} from "#lib/components/karpenter-gcp/index";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";

const POOL = {
  name: "general",
  instanceTypes: ["n2-standard-4"],
  architecture: "amd64",
  capacityTypes: ["on-demand"],
  zones: [],
  labels: {},
  taints: [],
  limits: { cpu: "16", memory: "64Gi" },
  consolidation: { policy: "when-empty", after: Duration.minutes(10) },
  disruptionBudgets: [{ nodes: 1 }],
  expireAfter: "never",
  rootVolume: Size.gibibytes(100),
  maxPods: 110,
  diskType: "pd-balanced",
} as const;

const nodes = {
  image: { type: "container-optimized-os", version: "125.19216.104.126" },
  serviceAccount: "nodes@team.iam.gserviceaccount.com",
} as const;

const karpenterGcp = contractEntry<KarpenterGcpProps>({
  title: "KarpenterGcp",
  pin: karpenterGcpPin,
  schema: karpenterGcpSchema,
  build: (scope, props) => {
    const subject = new KarpenterGcp(scope, "Subject", props);
    new GcpNodePool(scope, "Pool", { pool: POOL, karpenter: subject });
  },
  smallest: {
    project: "ml-team",
    location: "europe-west4",
    clusterName: "prod",
    controllerAccount: "karpenter@team.iam.gserviceaccount.com",
    nodes,
  },
  variants: {
    project: { project: "other-team" },
    location: { location: "europe-west4-a" },
    clusterName: { clusterName: "staging" },
    controllerAccount: { controllerAccount: "other@team.iam.gserviceaccount.com" },
    nodes: { nodes: { ...nodes, image: { type: "ubuntu", release: "24.04", version: "v20260416" }, networkTags: ["nodes"] } },
    existing: { existing: { namespace: "karpenter-system" } },
    replicas: { replicas: 1 },
    resources: { resources: { limits: { memory: Size.gibibytes(4) } } },
  },
  refused: {
    "spec.wrong-value": { nodes: { ...nodes, image: { type: "container-optimized-os", version: "latest" } } },
    "operators.without-effect-on-existing": { existing: true, replicas: 3 },
  },
});

/** What the contract suite tries. */
export const entries = [karpenterGcp];
