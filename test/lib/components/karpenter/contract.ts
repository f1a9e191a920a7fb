/** Karpenter in the contract suite: the controller with one pool. */

import { AwsNodePool, Karpenter, type KarpenterProps, karpenterPin, karpenterSchema } from "#lib/components/karpenter/index";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { karpenterAlertCases } from "./alert-cases";

const nodes = { image: "al2023@v20260810", identity: { type: "role", role: "nodes" } } as const;

const POOL = {
  name: "general",
  instanceTypes: ["m7i.xlarge"],
  architecture: "amd64",
  capacityTypes: ["on-demand"],
  capacityReservations: [],
  zones: [],
  labels: {},
  taints: [],
  limits: { cpu: "16", memory: "64Gi" },
  consolidation: { policy: "when-empty", after: Duration.minutes(10) },
  disruptionBudgets: [{ nodes: 1 }],
  expireAfter: "never",
  rootVolume: Size.gibibytes(100),
} as const;

const karpenter = contractEntry<KarpenterProps>({
  title: "Karpenter",
  pin: karpenterPin,
  schema: karpenterSchema,
  build: (scope, props) => {
    const subject = new Karpenter(scope, "Subject", props);
    new AwsNodePool(scope, "Pool", { pool: POOL, karpenter: subject });
  },
  smallest: { clusterName: "prod", nodes },
  variants: {
    resources: { resources: { limits: { memory: Size.gibibytes(4) } } },
    existing: { existing: { namespace: "karpenter" } },
    clusterName: { clusterName: "staging" },
    nodes: { nodes: { ...nodes, image: "bottlerocket@v1.45.0" } },
    clusterEndpoint: { clusterEndpoint: "https://example.eks.amazonaws.com" },
    interruptionQueue: { interruptionQueue: "interruptions" },
    controllerRole: { controllerRole: "arn:aws:iam::123456789012:role/karpenter" },
    replicas: { replicas: 1 },
    nodeOverlays: { nodeOverlays: true },
  },
  alerts: karpenterAlertCases,
  refused: {
    "operators.without-effect-on-existing": { existing: true, replicas: 3 },
    "spec.wrong-value": { nodes: { ...nodes, image: "al2023@vlatest" } },
    "karpenter.own-tag": { nodes: { ...nodes, tags: { "karpenter.sh/nodepool": "mine" } } },
  },
});

/** What the contract suite tries. */
export const entries = [karpenter];
