/** Node pools in the contract suite. */

import { NodePool, nodePoolSchema, nodePoolsPin } from "#lib/components/node-pools/index";
import {
  type KarpenterAwsPoolProps,
  karpenterAwsPoolDefaults,
  type PlainPoolProps,
  plainPoolDefaults,
} from "#lib/components/node-pools/props";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import { contractEntry } from "../entry";

const place = { name: "subject", namespace: "beamstack-system" };

export const plainPool = contractEntry<PlainPoolProps>({
  title: "NodePool (plain)",
  pin: nodePoolsPin,
  schema: nodePoolSchema,
  build: (scope, props) => new NodePool(scope, "Subject", { ...props, ...place }),
  smallest: { type: "plain", nodes: 1, node: { cpu: 4, memory: Size.gibibytes(16) } },
  defaults: plainPoolDefaults,
  variants: {
    type: { node: { cpu: 8, memory: Size.gibibytes(16) } },
    nodes: { nodes: 3 },
    node: { node: { cpu: 4, memory: Size.gibibytes(16), accelerators: { type: "nvidia-l4", count: 1 } } },
    selector: { selector: { "example.com/pool": "subject" } },
    taints: { taints: [{ key: "example.com/team", value: "a", effect: "NoSchedule" }] },
    zones: { zones: ["a"] },
  },
  refused: { "spec.wrong-value": { nodes: 0 } },
});

export const karpenterAwsPool = contractEntry<KarpenterAwsPoolProps>({
  title: "NodePool (karpenter-aws)",
  pin: nodePoolsPin,
  schema: nodePoolSchema,
  build: (scope, props) => new NodePool(scope, "Subject", { ...props, ...place }),
  smallest: { type: "karpenter-aws", instanceTypes: ["m7i.xlarge"], limits: { cpu: 16, memory: Size.gibibytes(64) } },
  defaults: karpenterAwsPoolDefaults,
  variants: {
    type: { instanceTypes: ["m7i.2xlarge"] },
    instanceTypes: { instanceTypes: ["m7i.xlarge", "c7i.xlarge"] },
    limits: { limits: { cpu: 32, memory: Size.gibibytes(64) } },
    capacityTypes: { capacityTypes: ["spot"] },
    zones: { zones: ["eu-central-1a"] },
    taints: { taints: [{ key: "example.com/team", effect: "NoSchedule" }] },
    consolidation: { consolidation: { policy: "when-empty", after: Duration.minutes(1) } },
    disruptionBudgets: { disruptionBudgets: [{ nodes: 1 }] },
    expireAfter: { expireAfter: "never" },
    rootVolume: { rootVolume: Size.gibibytes(200) },
  },
  refused: {
    "spec.missing": { limits: undefined },
    "node-pools.mixed-accelerators": { instanceTypes: ["m7i.xlarge", "g6.xlarge"] },
    "node-pools.no-accelerator-limit": { instanceTypes: ["g6.xlarge"] },
    "node-pools.accelerator-limit-without-accelerator": { limits: { cpu: 16, memory: Size.gibibytes(64), accelerators: 1 } },
    "node-pools.limits-below-one-node": { limits: { cpu: 2, memory: Size.gibibytes(64) } },
    "node-pools.half-disruption-window": { disruptionBudgets: [{ nodes: 0, schedule: "@daily" }] },
    "node-pools.disruption-window-not-in-minutes": {
      disruptionBudgets: [{ nodes: 0, schedule: "@daily", duration: Duration.seconds(90) }],
    },
    "node-pools.root-volume": { rootVolume: Size.mebibytes(1536) },
    "node-pools.duplicate-instance-type": { instanceTypes: ["m7i.xlarge", "m7i.xlarge"] },
  },
});
