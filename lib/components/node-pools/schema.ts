/** Props of node pools: one member of the union for each way to get nodes. */

import { z } from "zod";
import { cronSchema } from "#lib/core/cron";
import { Duration } from "#lib/core/duration";
import { durationSchema, labelNameSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import type { PropsOf, SettingsOf } from "#lib/kube/props";
import { ACCELERATORS, type AcceleratorName } from "./accelerators";
import { INSTANCE_TYPES, type InstanceTypeName } from "./instance-types";

const acceleratorSchema = z.enum(Object.keys(ACCELERATORS) as AcceleratorName[]);
const instanceTypeSchema = z.enum(Object.keys(INSTANCE_TYPES) as InstanceTypeName[]);

/** A label's key: an optional domain, then a name. Source: Kubernetes, "Labels and Selectors". */
const labelKeySchema = z.string().regex(/^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/, {
  error: "a label key such as example.com/team",
});
const labelValueSchema = z.string().regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/, {
  error: "a label value: at most 63 letters, digits, -, _ and .",
});

const taintSchema = z.strictObject({
  /** Key of the taint. */
  key: labelKeySchema,
  /** Value of the taint. @default none */
  value: labelValueSchema.optional(),
  /** Effect of the taint. */
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

const zoneSchema = labelValueSchema.min(1);

/** Source: CRD NodePool v1, spec.disruption.budgets. */
const shareSchema = z
  .string()
  .regex(/^(?:100|[0-9]{1,2})%$/, { error: "whole per cent such as 10%, at most 100%" }) as z.ZodType<`${number}%`>;
/** How pods share a GPU. */
const gpuSharingSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** Pods take turns, without a limit of memory between them. They ask for `nvidia.com/gpu.shared`. */
    type: z.literal("time-slicing"),
    /** Pods that share one GPU. */
    replicas: z.int().min(2).max(64),
  }),
  z.strictObject({
    /** Pods compute at the same time, each with its part of the memory. They ask for `nvidia.com/gpu.shared`. */
    type: z.literal("mps"),
    /** Pods that share one GPU. */
    replicas: z.int().min(2).max(48),
  }),
  z.strictObject({
    /** The GPU is divided into slices with memory and faults of their own. Pods ask for `nvidia.com/mig-<profile>`. */
    type: z.literal("mig"),
    /** Profile of every slice, such as `1g.10gb`; `accelerators.ts` lists those of each model. */
    profile: z.string().regex(/^[1-7]g\.\d+gb$/, { error: "a MIG profile such as 1g.10gb" }),
  }),
]);

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
    /** Accelerators of each node. @default none */
    accelerators: z
      .strictObject({
        /** Model; `accelerators.ts` lists them. */
        type: acceleratorSchema,
        /** Number on each node. */
        count: z.int().min(1).max(64),
        /** Shares every NVIDIA GPU among several pods, which changes the resource that the pods of the pool ask for. @default each GPU belongs to one pod */
        sharing: gpuSharingSchema.optional(),
      })
      .optional(),
  }),
  /** Labels that the nodes carry; pods select nodes by them. @default `beamstack-iac/node-pool: <name>` */
  selector: z.record(labelKeySchema, labelValueSchema).optional(),
  /** Taints of the nodes, in addition to that of their accelerators; pods of the pool tolerate them. @default none */
  taints: z.array(taintSchema).default([]),
  /** Zones that the nodes are spread over. @default unknown */
  zones: z.array(zoneSchema).default([]),
});

/** Nodes that Karpenter creates in EC2 when pods need them. */
export const karpenterAwsPoolSchema = z.strictObject({
  type: z.literal("karpenter-aws"),
  /** EC2 instance types, of which Karpenter takes the cheapest that fits: all with the same accelerator, or all without; `instance-types.ts` lists them. */
  instanceTypes: z.array(instanceTypeSchema).min(1),
  /** Limits of the pool: total capacity of all its nodes. */
  limits: z.strictObject({
    /** CPU cores. */
    cpu: z.number().positive().max(1_000_000),
    /** Memory. */
    memory: sizeSchema,
    /** Accelerators; required where the instance types have some, else not allowed. @default none */
    accelerators: z.int().min(1).max(100_000).optional(),
  }),
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
