/** Props of node pools: one member of the union for each way to get nodes. */

import { z } from "zod";
import { labelNameSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import type { PropsOf, SettingsOf } from "#lib/kube/props";
import {
  acceleratorsSchema,
  architectureSchema,
  labelKeySchema,
  labelValueSchema,
  rdmaSchema,
  taintSchema,
  topologySchema,
  zoneSchema,
} from "./common-schema";
import { karpenterAwsPoolSchema } from "./karpenter-schema";

/** Nodes that exist or that another system creates. They carry a label that pods select. */
export const staticPoolSchema = z.strictObject({
  /** "plain" is the former name of "static"; it is accepted with a warning. */
  type: z.literal(["static", "plain"]),
  /** Number of nodes. */
  nodes: z.int().min(1).max(5_000),
  /** What each node offers to pods: `status.allocatable`, as `kubectl describe node` shows it. */
  node: z.strictObject({
    /** CPU cores that pods can use. */
    cpu: z.number().positive().max(1_024),
    /** Memory that pods can use. */
    memory: sizeSchema,
    /** Ephemeral storage that pods can use. @default 100Gi */
    scratch: sizeSchema.default(Size.gibibytes(100)),
    /** Architecture of the CPUs. @default "amd64" */
    architecture: architectureSchema.default("amd64"),
    /** Accelerators of each node. @default none */
    accelerators: acceleratorsSchema.optional(),
    /** Network interfaces with RDMA. @default none */
    rdma: rdmaSchema.optional(),
  }),
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
export const nodePoolSchema = z.discriminatedUnion("type", [staticPoolSchema, karpenterAwsPoolSchema]);

/** Section `nodePools`: pools by name. */
export const nodePoolsSchema = z.record(labelNameSchema, nodePoolSchema);

/** Props of a node pool. */
export type NodePoolProps = PropsOf<typeof nodePoolSchema>;

/** Settings of a node pool: its props with every default filled in. */
export type NodePoolSettings = SettingsOf<typeof nodePoolSchema>;

/** Settings of a static pool. */
export type StaticPoolSettings = SettingsOf<typeof staticPoolSchema>;

/** Settings of a pool whose nodes Karpenter creates in EC2. */
export type KarpenterAwsPoolSettings = SettingsOf<typeof karpenterAwsPoolSchema>;

/** Settings of a pool whose nodes a provisioner creates when pods need them. */
export type ProvisionedSettings = Exclude<NodePoolSettings, StaticPoolSettings>;

/** Does a provisioner create the nodes? */
export function isProvisioned(settings: NodePoolSettings): settings is ProvisionedSettings {
  return settings.type !== "static" && settings.type !== "plain";
}
