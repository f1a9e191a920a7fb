/** Props of pools whose nodes Karpenter creates. */

import { z } from "zod";
import { cronSchema } from "#lib/core/cron";
import { Duration } from "#lib/core/duration";
import { durationSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import {
  type AwsInstanceType,
  type AzureInstanceType,
  awsInstanceTypes,
  azureInstanceTypes,
  type GcpInstanceType,
  gcpInstanceTypes,
} from "#lib/imports/instance-types/index";
import { gpuSharingSchema, ownInstanceTypeSchema, taintSchema, zoneSchema } from "./common-schema";

/** Source: CRD NodePool v1, spec.disruption.budgets. */
const shareSchema = z
  .string()
  .regex(/^(?:100|[0-9]{1,2})%$/, { error: "whole per cent such as 10%, at most 100%" }) as z.ZodType<`${number}%`>;

/** Total capacity of all nodes of a pool. */
export const limitsSchema = z.strictObject({
  /** CPU cores. */
  cpu: z.number().positive().max(1_000_000),
  /** Memory. */
  memory: sizeSchema,
  /** Accelerators; required where the instance types have some, else not allowed. @default none */
  accelerators: z.int().min(1).max(100_000).optional(),
});

/** What Karpenter offers on every cloud. */
const karpenterPoolSchema = z.strictObject({
  /** Limits of the pool: total capacity of all its nodes. */
  limits: limitsSchema,
  /** Zones of the nodes. @default every zone of the subnets */
  zones: z.array(zoneSchema).default([]),
  /** Taints of the nodes, in addition to that of their accelerators; pods of the pool tolerate them. @default none */
  taints: z.array(taintSchema).default([]),
  /** When Karpenter removes nodes. Empty nodes only, because pods of engines and stores are expensive to move. @default when-empty after 10m */
  consolidation: z
    .strictObject({
      /** Which nodes may be removed. */
      policy: z.enum(["when-empty", "when-underutilized"]),
      /** How long a node must be in this state before it is removed. */
      after: durationSchema,
    })
    .default({ policy: "when-empty", after: Duration.minutes(10) }),
  /** How many nodes may be removed at the same time. @default 10% at any time */
  disruptionBudgets: z
    .array(
      z.strictObject({
        /** A number of nodes, or a share such as `10%`. */
        nodes: z.union([z.int().min(0), shareSchema]),
        /** Start of the window, in cron syntax and UTC; requires `duration`. @default always */
        schedule: cronSchema.optional(),
        /** Length of the window. @default always */
        duration: durationSchema.optional(),
      }),
    )
    .min(1)
    .max(50)
    .default([{ nodes: "10%" }]),
  /** Age at which a node is replaced. @default 30d */
  expireAfter: z.union([durationSchema, z.literal("never")]).default(Duration.days(30)),
  /** Root volume of each node: images and ephemeral storage. @default 100Gi */
  rootVolume: sizeSchema.default(Size.gibibytes(100)),
});

const ownAwsTypeSchema = ownInstanceTypeSchema.extend({
  /** Most pods with an address of the VPC: interfaces of the default network card x (IPv4 addresses of each - 1) + 2. */
  pods: z.int().min(1).max(1_000),
  /** EFA interfaces. @default none */
  efa: z.int().min(1).max(64).optional(),
});

/** Nodes that Karpenter creates in EC2 when pods need them. */
export const karpenterAwsPoolSchema = karpenterPoolSchema.extend({
  type: z.literal("karpenter-aws"),
  /** EC2 instance types, of which Karpenter takes the cheapest that fits: all with the same accelerator, or all without, and of one architecture; `lib/imports/instance-types` lists them. A type that the list lacks is an object that describes it. */
  instanceTypes: z.array(z.union([z.enum(Object.keys(awsInstanceTypes()) as AwsInstanceType[]), ownAwsTypeSchema])).min(1),
  /** Purchase options of the nodes. @default ["on-demand"] */
  capacityTypes: z
    .array(z.enum(["on-demand", "spot", "reserved"]))
    .min(1)
    .default(["on-demand"]),
  /** Capacity reservations, by id or by tags; required for the capacity type `reserved`. @default none */
  capacityReservations: z
    .array(
      z.union([
        z.strictObject({
          /** Id of the reservation, such as `cr-0123456789abcdef0`. */
          id: z.string().regex(/^cr-[0-9a-z]+$/, { error: "the id of a capacity reservation, cr-..." }),
        }),
        z.strictObject({
          /** Tags that the reservations have. */
          tags: z.record(z.string().min(1).max(128), z.string().min(1).max(256)),
        }),
      ]),
    )
    .max(30)
    .default([]),
  /** Shares every NVIDIA GPU among several pods, which changes the resource that the pods of the pool ask for; requires `karpenter.nodeOverlays`. @default each GPU belongs to one pod */
  sharing: gpuSharingSchema.optional(),
});

const cloudCapacityTypes = z
  .array(z.enum(["on-demand", "spot"]))
  .min(1)
  .default(["on-demand"]);

/** VM sizes of Azure. */
const azureTypeSchema = z.union([z.enum(Object.keys(azureInstanceTypes()) as AzureInstanceType[]), ownInstanceTypeSchema]);

/** Nodes that Karpenter creates in Azure when pods need them. */
export const karpenterAzurePoolSchema = karpenterPoolSchema.extend({
  type: z.literal("karpenter-azure"),
  /** VM sizes, of which Karpenter takes the cheapest that fits: all with the same accelerator, or all without, and of one architecture; `lib/imports/instance-types` lists them. A size that the list lacks is an object that describes it. */
  instanceTypes: z.array(azureTypeSchema).min(1),
  /** Purchase options of the nodes. Karpenter on Azure knows no reservations: Azure applies reserved instances to the bill by itself. @default ["on-demand"] */
  capacityTypes: cloudCapacityTypes,
  /** Most pods on a node. Lower it where pods have addresses of the subnet. @default 250 */
  maxPods: z.int().min(10).max(250).default(250),
});

/** Machine types of Google Cloud. */
export const gcpTypeSchema = z.union([z.enum(Object.keys(gcpInstanceTypes()) as GcpInstanceType[]), ownInstanceTypeSchema]);

/** Types of disks. Source: CRD GCENodeClass v1alpha1, spec.disks.category. */
const gcpDiskSchema = z.enum(["pd-standard", "pd-balanced", "pd-ssd", "pd-extreme", "hyperdisk-balanced"]);

/** Nodes that Karpenter creates in Google Compute Engine when pods need them. */
export const karpenterGcpPoolSchema = karpenterPoolSchema.extend({
  type: z.literal("karpenter-gcp"),
  /** Machine types, of which Karpenter takes the cheapest that fits: all with the same accelerator, or all without, and of one architecture; `lib/imports/instance-types` lists them. A type that the list lacks is an object that describes it. */
  instanceTypes: z.array(gcpTypeSchema).min(1),
  /** Purchase options of the nodes. Karpenter on Google Cloud knows no reservations yet. @default ["on-demand"] */
  capacityTypes: cloudCapacityTypes,
  /** Most pods on a node. @default 110 */
  maxPods: z.int().min(8).max(256).default(110),
  /** Type of the root volume; newer machine series have `hyperdisk-balanced` only. @default "pd-balanced" */
  diskType: gcpDiskSchema.default("pd-balanced"),
});
