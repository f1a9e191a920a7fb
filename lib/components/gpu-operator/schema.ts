/** Props of the software for NVIDIA GPUs. */

import { z } from "zod";
import { sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { existingSchema } from "#lib/kube/existing";
import { partResourcesSchema } from "#lib/kube/part-resources";
import type { PropsOf, SettingsOf } from "#lib/kube/props";
import { NODE_IMAGES, type NodeImageName } from "./node-images";

const driverSchema = z.strictObject({
  /** Version of the driver; NVIDIA's registry must have it for the system of the nodes. @default that of the operator's release */
  version: z
    .string()
    .regex(/^\d{3}\.\d+(\.\d+)?$/, { error: "a driver version such as 595.91.07" })
    .optional(),
  /** Kernel modules: `auto` takes the open ones where the GPU supports them. @default "auto" */
  kernelModules: z.enum(["auto", "open", "proprietary"]).default("auto"),
  /** Takes an image with modules for the kernel of the node instead of building them, so that nodes need no package repository. @default false */
  precompiled: z.boolean().default(false),
  /** Loads the module for GPUDirect RDMA. @default false */
  rdma: z.boolean().default(false),
  /** Nodes whose driver is replaced at the same time; the pods with GPUs on them are evicted. @default 1 */
  parallelUpgrades: z.int().min(1).max(1_000).default(1),
});

/** Who installs driver, container toolkit and device plugin on nodes with GPUs. */
const softwareSchema = z.discriminatedUnion("owner", [
  z.strictObject({
    /** The operator installs all of it: for node images without a driver. */
    owner: z.literal("operator"),
    /** The driver. @default that of the operator's release */
    driver: driverSchema.prefault({}),
  }),
  z.strictObject({
    /** The node image has the driver; the operator installs what the image lacks. */
    owner: z.literal("image"),
    /** Family of the node image: `al2023` and `bottlerocket` of EKS, `aks` (Ubuntu with driver), `gke` (driver installed by GKE, its device plugin disabled by a node label). */
    image: z.enum(Object.keys(NODE_IMAGES) as NodeImageName[]),
  }),
  z.strictObject({
    /** The operator installs nothing of it: a cloud service or an administrator has done so. */
    owner: z.literal("nobody"),
    /** RuntimeClass that the container runtime of the nodes has a handler for. @default "nvidia" */
    runtimeClass: z
      .string()
      .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, { error: "the name of a RuntimeClass" })
      .default("nvidia"),
  }),
]);

/** Section `gpus`: software for NVIDIA GPUs. */
export const gpusSchema = z.strictObject({
  /** Uses an installation that is on the cluster already, with its ClusterPolicy: `true`, or its namespace and version. Nothing of it is created; props other than `software` and `sharedMemory` are rejected. @default installed by this environment */
  existing: existingSchema.optional(),
  /** Who installs driver, container toolkit and device plugin: one owner for all nodes. @default the operator */
  software: softwareSchema.prefault({ owner: "operator" }),
  /** How pods get GPUs: as a resource of the node, or by resource claims (DRA), which is experimental. @default "device-plugin" */
  allocation: z.enum(["device-plugin", "dra", "dra-with-compute-domains"]).default("device-plugin"),
  /** With claims: pods ask for `nvidia.com/gpu` as before, and the scheduler claims the GPUs for them, so that every engine can use them. Needs the feature gate `DRAExtendedResource`, which is on by default from Kubernetes 1.36 on and off in 1.34 and 1.35. Without it, pods bring claims of their own. @default false */
  extendedResource: z.boolean().default(false),
  /** Node Feature Discovery, which finds the GPUs: the operator's own, or one that is on the cluster already. @default "bundled" */
  nodeFeatureDiscovery: z.enum(["bundled", "existing"]).default("bundled"),
  /** Size of `/dev/shm` of pods with GPUs; never more than the memory of the pod. @default 8Gi */
  sharedMemory: sizeSchema.default(Size.gibibytes(8)),
  /** Requests and limits of the operator's pod. @default 0.2 cores and 256Mi, at most 0.5 cores and 512Mi */
  resources: partResourcesSchema.optional(),
});

/** Props of the software for GPUs. */
export type GpusProps = PropsOf<typeof gpusSchema>;

/** Settings of the software for GPUs. */
export type GpusSettings = SettingsOf<typeof gpusSchema>;
