/** Parts of the props that several ways to get nodes share. */

import { z } from "zod";
import { sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { ACCELERATORS, type AcceleratorName } from "./accelerators";

/** A label's key: an optional domain, then a name. Source: Kubernetes, "Labels and Selectors". */
export const labelKeySchema = z.string().regex(/^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/, {
  error: "a label key such as example.com/team",
});

/** A label's value. */
export const labelValueSchema = z.string().regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/, {
  error: "a label value: at most 63 letters, digits, -, _ and .",
});

/** A taint of nodes. */
export const taintSchema = z.strictObject({
  /** Key of the taint. */
  key: labelKeySchema,
  /** Value of the taint. @default none */
  value: labelValueSchema.optional(),
  /** Effect of the taint. */
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

/** Name of a zone. */
export const zoneSchema = labelValueSchema.min(1);

/** An extended resource has a domain; that of Kubernetes is reserved. Source: Kubernetes, "Extended resources". */
const extendedResourceSchema = z
  .string()
  .regex(/^(?!([a-z0-9-]+\.)*kubernetes\.io\/)[a-z0-9][-a-z0-9.]*\/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/, {
    error: "an extended resource such as example.com/npu, outside of kubernetes.io",
  });

const ownAcceleratorSchema = z.strictObject({
  /** Name of the model. */
  name: labelValueSchema.min(1),
  /** Resource by which pods ask for it, as its device plugin names it. */
  resource: extendedResourceSchema,
  /** Memory of one. */
  memory: sizeSchema,
});

/** A model of the list, or one of the user's own. */
const acceleratorTypeSchema = z.union([z.enum(Object.keys(ACCELERATORS) as AcceleratorName[]), ownAcceleratorSchema]);

/** How pods share a GPU. */
export const gpuSharingSchema = z.discriminatedUnion("type", [
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

/** Accelerators of a node. */
const acceleratorsSchema = z.strictObject({
  /** Model; `accelerators.ts` lists them. A model that the list lacks is an object, such as `{ name: "acme-npu", resource: "acme.example/npu", memory: Size.gibibytes(32) }`. */
  type: acceleratorTypeSchema,
  /** Number on each node. */
  count: z.int().min(1).max(64),
});

/** Network interfaces with RDMA, such as InfiniBand. */
const rdmaSchema = z.strictObject({
  /** Resource by which pods ask for an interface, as the device plugin of the nodes names it: `rdma/hca_shared_devices_a`, `vpc.amazonaws.com/efa`. */
  resource: extendedResourceSchema,
  /** Number on each node. */
  count: z.int().min(1).max(64),
});

/** Architecture of a node's CPUs. */
const architectureSchema = z.enum(["amd64", "arm64"]);

/** An instance type that the generated lists lack: newer than they are, or in preview. */
export const ownInstanceTypeSchema = z.strictObject({
  /** Its name at the cloud. */
  name: labelValueSchema.min(1),
  /** vCPUs of the machine, before anything is reserved. */
  cpu: z.number().positive().max(1_024),
  /** Memory of the machine, before anything is reserved. */
  memory: sizeSchema,
  /** Architecture of its CPUs. @default "amd64" */
  architecture: architectureSchema.default("amd64"),
  /** Its accelerators. @default none */
  accelerators: acceleratorsSchema.optional(),
});

/** Labels of the nodes, from the widest level of the data center to the narrowest. */
export const topologySchema = z.array(labelKeySchema).max(16);

const sharedAcceleratorsSchema = acceleratorsSchema.extend({
  /** Shares every NVIDIA GPU among several pods, which changes the resource that the pods of the pool ask for. @default each GPU belongs to one pod */
  sharing: gpuSharingSchema.optional(),
});

/** A node that is described and not looked up. */
export const nodeSchema = z.strictObject({
  /** CPU cores that pods can use. */
  cpu: z.number().positive().max(1_024),
  /** Memory that pods can use. */
  memory: sizeSchema,
  /** Ephemeral storage that pods can use. @default 100Gi */
  scratch: sizeSchema.default(Size.gibibytes(100)),
  /** Architecture of the CPUs. @default "amd64" */
  architecture: architectureSchema.default("amd64"),
  /** Accelerators of each node. @default none */
  accelerators: sharedAcceleratorsSchema.optional(),
  /** Network interfaces with RDMA. @default none */
  rdma: rdmaSchema.optional(),
});
