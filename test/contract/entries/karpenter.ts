/** Karpenter in the contract suite: the controller with one pool. */

import {
  AwsNodePool,
  Karpenter,
  type KarpenterProps,
  karpenterDefaults,
  karpenterPin,
  karpenterSchema,
} from "#lib/components/karpenter/index";
import { provisioned } from "#lib/components/node-pools/index";
import { Size } from "#lib/core/size";
import { contractEntry } from "../entry";

const nodes = { image: "al2023@v20260810", identity: { type: "role", role: "nodes" } } as const;

export const karpenter = contractEntry<KarpenterProps>({
  title: "Karpenter",
  pin: karpenterPin,
  schema: karpenterSchema,
  build: (scope, props) => {
    const subject = new Karpenter(scope, "Subject", props);
    const pool = provisioned("general", {
      type: "karpenter-aws",
      instanceTypes: ["m7i.xlarge"],
      limits: { cpu: 16, memory: Size.gibibytes(64) },
    });
    new AwsNodePool(scope, "Pool", { pool, karpenter: subject });
  },
  smallest: { clusterName: "prod", nodes },
  defaults: karpenterDefaults,
  variants: {
    clusterName: { clusterName: "staging" },
    nodes: { nodes: { ...nodes, image: "bottlerocket@v1.45.0" } },
    clusterEndpoint: { clusterEndpoint: "https://example.eks.amazonaws.com" },
    interruptionQueue: { interruptionQueue: "interruptions" },
    controllerRole: { controllerRole: "arn:aws:iam::123456789012:role/karpenter" },
    replicas: { replicas: 1 },
  },
  refused: {
    "spec.wrong-value": { nodes: { ...nodes, image: "al2023@vlatest" } },
    "karpenter.own-tag": { nodes: { ...nodes, tags: { "karpenter.sh/nodepool": "mine" } } },
  },
});
