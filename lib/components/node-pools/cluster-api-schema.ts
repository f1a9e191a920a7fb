/** Props of pools whose machines Cluster API makes. */

import { z } from "zod";
import { subdomainNameSchema } from "#lib/core/schema";
import { nodeSchema, taintSchema, topologySchema, zoneSchema } from "./common-schema";

const templateSchema = z.strictObject({
  /** API group of the provider. */
  apiGroup: subdomainNameSchema,
  /** Kind of the object. */
  kind: z.string().regex(/^[A-Za-z]([-A-Za-z0-9]*[A-Za-z0-9])?$/, { error: "a kind, such as KubeadmConfigTemplate" }),
  /** Name of the object, in the namespace of the Cluster object. */
  name: subdomainNameSchema,
});

/** Machines that Cluster API makes in a cluster that manages itself. */
export const clusterApiPoolSchema = z.strictObject({
  type: z.literal("cluster-api"),
  /** Kind of the object: a MachinePool leaves single machines to its infrastructure. @default "machine-deployment" */
  kind: z.enum(["machine-deployment", "machine-pool"]).default("machine-deployment"),
  /** A number of nodes, or bounds between which cluster-autoscaler chooses. */
  nodes: z.union([
    z.int().min(1).max(5_000),
    z.strictObject({
      /** Fewest nodes. */
      min: z.int().min(0).max(5_000),
      /** Most nodes. */
      max: z.int().min(1).max(5_000),
    }),
  ]),
  /** What each node offers to pods: `status.allocatable`, as `kubectl describe node` shows it. */
  node: nodeSchema,
  /** Template or object of the infrastructure, such as a Metal3MachineTemplate. */
  infrastructure: templateSchema,
  /** Template or object of the bootstrap configuration, such as a KubeadmConfigTemplate; it sets the taints. */
  bootstrap: templateSchema,
  /** Taints of the nodes, in addition to that of their accelerators; pods of the pool tolerate them. @default none */
  taints: z.array(taintSchema).default([]),
  /** Failure domains; a MachineDeployment has one. @default chosen by the infrastructure */
  zones: z.array(zoneSchema).default([]),
  /** Labels that place the nodes in the data center, from the widest level to the narrowest, such as `example.com/rack`. @default unknown */
  topology: topologySchema.default([]),
});
