/** Node pools in the contract suite. */

import { NodePool, nodePoolsPin } from "#lib/components/node-pools/index";
import { karpenterAwsPoolSchema, staticPoolSchema } from "#lib/components/node-pools/schema";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import type { PropsOf } from "#lib/kube/props";
import { contractEntry } from "../../../contract/entry";

const place = { name: "subject", namespace: "beamstack-system" };

const staticPool = contractEntry<PropsOf<typeof staticPoolSchema>>({
  title: "NodePool (static)",
  pin: nodePoolsPin,
  schema: staticPoolSchema,
  build: (scope, props) => new NodePool(scope, "Subject", { ...props, ...place }),
  smallest: { type: "static", nodes: 1, node: { cpu: 4, memory: Size.gibibytes(16) } },
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

const karpenterAwsPool = contractEntry<PropsOf<typeof karpenterAwsPoolSchema>>({
  title: "NodePool (karpenter-aws)",
  pin: nodePoolsPin,
  schema: karpenterAwsPoolSchema,
  build: (scope, props) => new NodePool(scope, "Subject", { ...props, ...place }),
  smallest: { type: "karpenter-aws", instanceTypes: ["m7i.xlarge"], limits: { cpu: 16, memory: Size.gibibytes(64) } },
  variants: {
    type: { instanceTypes: ["m7i.2xlarge"] },
    instanceTypes: { instanceTypes: ["m7i.xlarge", "c7i.xlarge"] },
    limits: { limits: { cpu: 32, memory: Size.gibibytes(64) } },
    capacityTypes: { capacityTypes: ["spot"] },
    capacityReservations: { capacityTypes: ["reserved"], capacityReservations: [{ id: "cr-0123456789abcdef0" }] },
    zones: { zones: ["eu-central-1a"] },
    taints: { taints: [{ key: "example.com/team", effect: "NoSchedule" }] },
    consolidation: { consolidation: { policy: "when-empty", after: Duration.minutes(1) } },
    disruptionBudgets: { disruptionBudgets: [{ nodes: 1 }] },
    expireAfter: { expireAfter: "never" },
    rootVolume: { rootVolume: Size.gibibytes(200) },
  },
  refused: {
    "spec.missing": { limits: undefined },
    "node-pools.duplicate-taint": {
      taints: [
        { key: "team", value: "a", effect: "NoSchedule" },
        { key: "team", value: "b", effect: "NoSchedule" },
      ],
    },
    "node-pools.reserved-without-reservations": { capacityTypes: ["reserved"] },
    "node-pools.expiry-ignores-budgets": { disruptionBudgets: [{ nodes: 0 }] },
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

/** What the contract suite tries. */
export const entries = [staticPool, karpenterAwsPool];
