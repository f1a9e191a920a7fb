/** Props of pools whose nodes GKE creates. */

import { z } from "zod";
import { Duration } from "#lib/core/duration";
import { durationSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { taintSchema, zoneSchema } from "./common-schema";
import { gcpTypeSchema, limitsSchema } from "./karpenter-schema";

/** Nodes that GKE creates for a compute class when pods need them. */
export const gkeComputeClassPoolSchema = z.strictObject({
  type: z.literal("gke-compute-class"),
  /** Machine types in the order in which GKE tries them: all with the same accelerator, or all without, and of one architecture; `lib/imports/instance-types` lists them. A type that the list lacks is an object that describes it. */
  instanceTypes: z.array(gcpTypeSchema).min(1),
  /** What the environment counts on: total capacity of all nodes. GKE limits whole clusters only. */
  limits: limitsSchema,
  /** Purchase options in the order in which GKE tries them. @default ["on-demand"] */
  capacityTypes: z
    .array(z.enum(["on-demand", "spot", "reserved"]))
    .min(1)
    .default(["on-demand"]),
  /** Reservations of Compute Engine; required for the capacity type `reserved`. @default none */
  reservations: z
    .array(
      z.strictObject({
        /** Name of the reservation. */
        name: z.string().regex(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, { error: "the name of a reservation" }),
        /** Project that shares it. @default that of the cluster */
        project: z.string().min(1).optional(),
      }),
    )
    .max(10)
    .default([]),
  /** Zones of the nodes. @default those of the cluster */
  zones: z.array(zoneSchema).default([]),
  /** Taints of the nodes, in addition to those that GKE sets; pods of the pool tolerate them. @default none */
  taints: z.array(taintSchema).default([]),
  /** How long a node must be unneeded before it is removed. @default 10m */
  removeAfter: durationSchema.default(Duration.minutes(10)),
  /** Boot disk of each node: images and ephemeral storage. @default 100Gi */
  rootVolume: sizeSchema.default(Size.gibibytes(100)),
  /** Type of the boot disk; newer machine series have `hyperdisk-balanced` only. @default "pd-balanced" */
  diskType: z.enum(["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"]).default("pd-balanced"),
  /** Most pods on a node. @default 110 */
  maxPods: z.int().min(8).max(256).default(110),
  /** Resource policy that places the nodes near to each other. @default none */
  placementPolicy: z.string().min(1).optional(),
});
