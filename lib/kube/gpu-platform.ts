/** Role of the software that makes GPUs usable by pods: driver, container toolkit, device plugin. No product is named here. */

import type { IConstruct } from "constructs";
import type { Size } from "#lib/core/size";

/** How pods share a GPU: in turns, at the same time, or a slice of the hardware each. */
export type GpuSharing =
  | { readonly type: "time-slicing" | "mps"; readonly replicas: number }
  | { readonly type: "mig"; readonly profile: string };

/** A pool with GPUs, as their software sees it. */
export interface GpuPool {
  readonly name: string;
  /** Path of the pool in the environment file. */
  readonly source: string;
  /** @default each GPU belongs to one pod */
  readonly sharing?: GpuSharing;
  /** Key below the pool that says so. @default "node.accelerators.sharing" */
  readonly sharingKey?: string;
  /** Image of the nodes, such as `bottlerocket`. @default unknown */
  readonly image?: string;
  /** Are its nodes created when pods need them? @default false */
  readonly onDemand?: boolean;
}

/** What the software does for a pool. */
export interface GpuService {
  /** RuntimeClass of pods with GPUs. @default that of the node */
  readonly runtimeClassName?: string;
  /** Size of `/dev/shm` of pods with GPUs; never more than the memory of the pod. */
  readonly sharedMemory: Size;
  /** Labels that the nodes must have. */
  readonly nodeLabels: Readonly<Record<string, string>>;
  /** Who installs the driver; an image that can leave it out does so where it is `operator`. */
  readonly driver: "image" | "operator" | "others";
  /** Do pods get GPUs as a resource of the node, or by claims only? */
  readonly by: "resource" | "claim";
}

/** Driver, container toolkit and device plugin of every node with GPUs. */
export interface IGpuPlatform extends IConstruct {
  /** Takes the nodes of a pool into its care. */
  serve(pool: GpuPool): GpuService;
}
