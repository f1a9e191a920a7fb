/** Node pools in the contract suite. */

import { clusterApiPoolSchema } from "#lib/components/node-pools/cluster-api-schema";
import { gkeComputeClassPoolSchema } from "#lib/components/node-pools/gke-schema";
import { NodePool, nodePoolsPin } from "#lib/components/node-pools/index";
import { karpenterAwsPoolSchema, karpenterAzurePoolSchema, karpenterGcpPoolSchema } from "#lib/components/node-pools/karpenter-schema";
import { staticPoolSchema } from "#lib/components/node-pools/schema";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import type { PropsOf } from "#lib/kube/props";
import { contractEntry } from "../../../contract/entry";

const place = { name: "subject", namespace: "beamstack-system" };

/** An accelerator of the list, with facts of one's own. */
const listed = { name: "nvidia-l4", resource: "nvidia.com/gpu", memory: Size.gibibytes(22) };
const preview = { name: "x9.large", cpu: 4, memory: Size.gibibytes(16), pods: 58 };

/** A pool with GPUs, large enough for the machines of the cases. */
const shared = <T>(props: T) => ({ ...props, limits: { cpu: 192, memory: Size.gibibytes(2_304), accelerators: 16 } });

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
    topology: { topology: ["example.com/rack"] },
  },
  refused: {
    "spec.wrong-value": { nodes: 0 },
    "node-pools.accelerator-is-listed": { node: { cpu: 4, memory: Size.gibibytes(16), accelerators: { type: listed, count: 1 } } },
  },
});

const karpenterAwsPool = contractEntry<PropsOf<typeof karpenterAwsPoolSchema>>({
  title: "NodePool (karpenter-aws)",
  pin: nodePoolsPin,
  schema: karpenterAwsPoolSchema,
  build: (scope, props) => new NodePool(scope, "Subject", { ...props, ...place }),
  smallest: { type: "karpenter-aws", instanceTypes: ["m7i.xlarge"], limits: { cpu: 16, memory: Size.gibibytes(64) } },
  variants: {
    type: { instanceTypes: ["m7i.2xlarge"] },
    instanceTypes: { instanceTypes: ["m7i.xlarge", "c7i.xlarge", preview] },
    limits: { limits: { cpu: 32, memory: Size.gibibytes(64) } },
    capacityTypes: { capacityTypes: ["spot"] },
    capacityReservations: { capacityTypes: ["reserved"], capacityReservations: [{ id: "cr-0123456789abcdef0" }] },
    zones: { zones: ["eu-central-1a"] },
    taints: { taints: [{ key: "example.com/team", effect: "NoSchedule" }] },
    consolidation: { consolidation: { policy: "when-empty", after: Duration.minutes(1) } },
    disruptionBudgets: { disruptionBudgets: [{ nodes: 1 }] },
    expireAfter: { expireAfter: "never" },
    rootVolume: { rootVolume: Size.gibibytes(200) },
    sharing: shared({ instanceTypes: ["p4d.24xlarge"], sharing: { type: "mig", profile: "1g.5gb" } }),
  },
  refused: {
    "node-pools.sharing-without-gpu": { sharing: { type: "mps", replicas: 2 } },
    "node-pools.mig-profile": shared({ instanceTypes: ["g6.12xlarge"], sharing: { type: "mig", profile: "1g.5gb" } }),
    "spec.missing": { limits: undefined },
    "node-pools.duplicate-taint": {
      taints: [
        { key: "team", value: "a", effect: "NoSchedule" },
        { key: "team", value: "b", effect: "NoSchedule" },
      ],
    },
    "node-pools.reserved-without-reservations": { capacityTypes: ["reserved"] },
    "node-pools.expiry-ignores-budgets": { disruptionBudgets: [{ nodes: 0 }] },
    "node-pools.mixed-architectures": { instanceTypes: ["m7i.xlarge", "m7g.xlarge"] },
    "node-pools.resource-unknown-to-provisioner": {
      instanceTypes: [{ ...preview, accelerators: { type: { ...listed, name: "npu", resource: "example.com/npu" }, count: 1 } }],
    },
    "node-pools.instance-type-is-listed": { instanceTypes: [{ ...preview, name: "m7i.large" }] },
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

/** Variants of what Karpenter offers on every cloud. */
const everywhere = {
  limits: { limits: { cpu: 32, memory: Size.gibibytes(64) } },
  capacityTypes: { capacityTypes: ["spot"] },
  zones: { zones: ["a"] },
  taints: { taints: [{ key: "example.com/team", effect: "NoSchedule" }] },
  consolidation: { consolidation: { policy: "when-empty", after: Duration.minutes(1) } },
  disruptionBudgets: { disruptionBudgets: [{ nodes: 1 }] },
  expireAfter: { expireAfter: "never" },
  rootVolume: { rootVolume: Size.gibibytes(200) },
  maxPods: { maxPods: 64 },
} as const;

const own = { name: "preview-4", cpu: 4, memory: Size.gibibytes(16) };

const karpenterAzurePool = contractEntry<PropsOf<typeof karpenterAzurePoolSchema>>({
  title: "NodePool (karpenter-azure)",
  pin: nodePoolsPin,
  schema: karpenterAzurePoolSchema,
  build: (scope, props) => new NodePool(scope, "Subject", { ...props, ...place }),
  smallest: { type: "karpenter-azure", instanceTypes: ["Standard_D4s_v5"], limits: { cpu: 16, memory: Size.gibibytes(64) } },
  variants: { ...everywhere, type: { instanceTypes: ["Standard_D8s_v5"] }, instanceTypes: { instanceTypes: ["Standard_D4s_v5", own] } },
  refused: {
    "node-pools.root-volume": { rootVolume: Size.gibibytes(4_096) },
    "node-pools.resource-unknown-to-provisioner": {
      instanceTypes: [{ ...own, accelerators: { type: "aws-trainium", count: 1 } }],
      limits: { cpu: 16, memory: Size.gibibytes(64), accelerators: 1 },
    },
  },
});

const karpenterGcpPool = contractEntry<PropsOf<typeof karpenterGcpPoolSchema>>({
  title: "NodePool (karpenter-gcp)",
  pin: nodePoolsPin,
  schema: karpenterGcpPoolSchema,
  build: (scope, props) => new NodePool(scope, "Subject", { ...props, ...place }),
  smallest: { type: "karpenter-gcp", instanceTypes: ["n2-standard-4"], limits: { cpu: 16, memory: Size.gibibytes(64) } },
  variants: {
    ...everywhere,
    type: { instanceTypes: ["n2-standard-8"] },
    instanceTypes: { instanceTypes: ["n2-standard-4", own] },
    diskType: { diskType: "pd-ssd" },
  },
  refused: {
    "node-pools.disk-type": { instanceTypes: ["c4-standard-4"], diskType: "pd-balanced" },
    "node-pools.provisioner-counts-one-accelerator": {
      instanceTypes: ["a2-highgpu-8g"],
      limits: { cpu: 96, memory: Size.gibibytes(680), accelerators: 8 },
    },
  },
});

const gkePool = contractEntry<PropsOf<typeof gkeComputeClassPoolSchema>>({
  title: "NodePool (gke-compute-class)",
  pin: nodePoolsPin,
  schema: gkeComputeClassPoolSchema,
  build: (scope, props) => new NodePool(scope, "Subject", { ...props, ...place }),
  smallest: { type: "gke-compute-class", instanceTypes: ["n2-standard-4"], limits: { cpu: 16, memory: Size.gibibytes(64) } },
  variants: {
    type: { instanceTypes: ["n2-standard-8"] },
    instanceTypes: { instanceTypes: ["n2-standard-4", own] },
    limits: everywhere.limits,
    capacityTypes: everywhere.capacityTypes,
    reservations: { capacityTypes: ["reserved"], reservations: [{ name: "n2" }] },
    zones: everywhere.zones,
    taints: everywhere.taints,
    removeAfter: { removeAfter: Duration.minutes(1) },
    rootVolume: everywhere.rootVolume,
    diskType: { diskType: "pd-ssd" },
    maxPods: everywhere.maxPods,
    placementPolicy: { placementPolicy: "compact" },
  },
  refused: {
    "node-pools.reserved-without-reservations": { reservations: [{ name: "n2" }] },
    "node-pools.remove-after": { removeAfter: Duration.seconds(90) },
    "node-pools.too-many-rules": {
      instanceTypes: ["n2-standard-4", "n2-standard-8", "n2-standard-16", "n2d-standard-4"],
      capacityTypes: ["reserved", "spot", "on-demand"],
      reservations: [{ name: "n2" }],
    },
  },
});

const template = { apiGroup: "infrastructure.cluster.x-k8s.io", kind: "Metal3MachineTemplate", name: "workers" };

const clusterApiPool = contractEntry<PropsOf<typeof clusterApiPoolSchema>>({
  title: "NodePool (cluster-api)",
  pin: nodePoolsPin,
  schema: clusterApiPoolSchema,
  build: (scope, props) => new NodePool(scope, "Subject", { ...props, ...place }),
  smallest: {
    type: "cluster-api",
    nodes: 2,
    node: { cpu: 4, memory: Size.gibibytes(16) },
    infrastructure: template,
    bootstrap: { ...template, kind: "KubeadmConfigTemplate" },
  },
  variants: {
    type: { nodes: 3 },
    kind: { kind: "machine-pool" },
    nodes: { nodes: { min: 0, max: 4 } },
    node: { node: { cpu: 8, memory: Size.gibibytes(16) } },
    infrastructure: { infrastructure: { ...template, name: "others" } },
    bootstrap: { bootstrap: { ...template, name: "others" } },
    taints: everywhere.taints,
    zones: everywhere.zones,
    topology: { topology: ["example.com/rack"] },
  },
  refused: {
    "node-pools.crossed-bounds": { nodes: { min: 5, max: 4 } },
    "node-pools.one-failure-domain": { zones: ["a", "b"] },
  },
});

/** What the contract suite tries. */
export const entries = [staticPool, karpenterAwsPool, karpenterAzurePool, karpenterGcpPool, gkePool, clusterApiPool];
