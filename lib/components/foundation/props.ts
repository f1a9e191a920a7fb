/** What a platform team may say of a namespace, and what holds when it says nothing. */

import { Size } from "#lib/core/size";

/** A namespace whose pods need more than the level "restricted" gives, and why. */
export interface PodSecurityException {
  readonly level: "baseline" | "privileged";
  /** Why, in a sentence; written on the namespace. */
  readonly reason: string;
}

/** Pod Security level that the API server enforces. */
export type PodSecurity = "restricted" | PodSecurityException;

/** The most that all pods of a namespace may ask for together. */
export interface QuotaProps {
  /** Cores. @default 64 */
  readonly cpu?: number;
  /** @default 256 GiB */
  readonly memory?: Size;
  /** NVIDIA GPUs. @default 0 */
  readonly gpus?: number;
  /** @default 200 */
  readonly pods?: number;
  /** Persistent volumes together. @default 4 TiB */
  readonly storage?: Size;
}

/** What a container gets that asks for nothing. */
export interface ContainerDefaults {
  /** Cores asked for; no limit goes with it, so that a container that asks for more stays valid. @default 0.1 */
  readonly cpu?: number;
  /** Memory asked for. @default 128 MiB */
  readonly memory?: Size;
  /** Memory limit. @default 1 GiB */
  readonly memoryLimit?: Size;
  /** Scratch space asked for. @default 256 MiB */
  readonly scratch?: Size;
  /** Limit of scratch space. @default 8 GiB */
  readonly scratchLimit?: Size;
}

/** Props of a namespace. */
export interface NamespaceProps {
  /** @default "restricted"; in an environment what the list of exceptions says of what is installed there */
  readonly podSecurity?: PodSecurity;
  /** `open` lets pods reach any address but the instance metadata; `closed` only what components allow. @default "closed" */
  readonly egress?: "closed" | "open";
  /** @default see {@link QuotaProps}; in an environment with node pools at least what all of them give */
  readonly quota?: QuotaProps;
  /** @default see `ContainerDefaults` */
  readonly containerDefaults?: ContainerDefaults;
}

/** Values that hold when a prop is not given. */
export const namespaceDefaults = {
  podSecurity: "restricted",
  egress: "closed",
  quota: { cpu: 64, memory: Size.gibibytes(256), gpus: 0, pods: 200, storage: Size.tebibytes(4) },
  containerDefaults: {
    cpu: 0.1,
    memory: Size.mebibytes(128),
    memoryLimit: Size.gibibytes(1),
    scratch: Size.mebibytes(256),
    scratchLimit: Size.gibibytes(8),
  },
} as const satisfies Required<NamespaceProps>;
