/** Props of node pools: one member of the union for each way to get nodes. */

import { z } from "zod";
import { labelNameSchema } from "#lib/core/schema";
import type { PropsOf, SettingsOf } from "#lib/kube/props";
import { clusterApiPoolSchema } from "./cluster-api-schema";
import { labelKeySchema, labelValueSchema, nodeSchema, taintSchema, topologySchema, zoneSchema } from "./common-schema";
import { gkeComputeClassPoolSchema } from "./gke-schema";
import { karpenterAwsPoolSchema, karpenterAzurePoolSchema, karpenterGcpPoolSchema } from "./karpenter-schema";

/** Nodes that exist or that another system creates. They carry a label that pods select. */
export const staticPoolSchema = z.strictObject({
  /** "plain" is the former name of "static"; it is accepted with a warning. */
  type: z.literal(["static", "plain"]),
  /** Number of nodes. */
  nodes: z.int().min(1).max(5_000),
  /** What each node offers to pods: `status.allocatable`, as `kubectl describe node` shows it. */
  node: nodeSchema,
  /** Labels that the nodes carry; pods select nodes by them. @default `beamstack-iac/node-pool: <name>` */
  selector: z.record(labelKeySchema, labelValueSchema).optional(),
  /** Taints of the nodes, in addition to that of their accelerators; pods of the pool tolerate them. @default none */
  taints: z.array(taintSchema).default([]),
  /** Zones that the nodes are spread over. @default unknown */
  zones: z.array(zoneSchema).default([]),
  /** Labels that place the nodes in the data center, from the widest level to the narrowest, such as `example.com/rack`. @default unknown */
  topology: topologySchema.default([]),
});

/** Props of a node pool. */
export const nodePoolSchema = z.discriminatedUnion("type", [
  staticPoolSchema,
  karpenterAwsPoolSchema,
  karpenterAzurePoolSchema,
  karpenterGcpPoolSchema,
  gkeComputeClassPoolSchema,
  clusterApiPoolSchema,
]);

/** Section `nodePools`: pools by name. */
export const nodePoolsSchema = z.record(labelNameSchema, nodePoolSchema);

/** Props of a node pool. */
export type NodePoolProps = PropsOf<typeof nodePoolSchema>;

/** Settings of a node pool: its props with every default filled in. */
export type NodePoolSettings = SettingsOf<typeof nodePoolSchema>;

/** Settings of a static pool. */
type StaticPoolSettings = SettingsOf<typeof staticPoolSchema>;

/** Settings of a pool whose nodes GKE creates for a compute class. */
export type GkeComputeClassPoolSettings = SettingsOf<typeof gkeComputeClassPoolSchema>;

/** Settings of a pool whose machines Cluster API makes. */
export type ClusterApiPoolSettings = SettingsOf<typeof clusterApiPoolSchema>;

/** Settings of a pool whose nodes the file describes. */
export type DescribedSettings = StaticPoolSettings | ClusterApiPoolSettings;

/** Settings of a pool of instance types whose nodes a provisioner creates when pods need them. */
export type ProvisionedSettings = Exclude<NodePoolSettings, DescribedSettings>;

/** Settings of a pool of Karpenter, on any cloud. */
export type KarpenterPoolSettings = Exclude<ProvisionedSettings, GkeComputeClassPoolSettings>;

/** Does a provisioner create nodes of instance types? */
export function isProvisioned(settings: NodePoolSettings): settings is ProvisionedSettings {
  return settings.type !== "static" && settings.type !== "plain" && settings.type !== "cluster-api";
}

/** Does something of this environment create the nodes, be they of instance types or described? */
export function isCreated(settings: NodePoolSettings): settings is ProvisionedSettings | ClusterApiPoolSettings {
  return settings.type !== "static" && settings.type !== "plain";
}

/** Most nodes of a pool that describes them. */
export function nodesAtMost({ nodes }: DescribedSettings): number {
  return typeof nodes === "number" ? nodes : nodes.max;
}
