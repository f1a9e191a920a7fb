/** Props of a namespace. */

import { z } from "zod";
import { labelNameSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** Sum of what all pods of a namespace may ask for. In an environment with node pools the default of a resource is what all of them give. */
const quotaSchema = z.strictObject({
  /** Cores. @default 64 */
  cpu: z.number().positive().max(100_000).optional(),
  /** Memory. @default 256 GiB */
  memory: sizeSchema.optional(),
  /** NVIDIA GPUs. @default 0 */
  gpus: z.int().min(0).max(100_000).optional(),
  /** Pods. @default 200 */
  pods: z.int().min(1).max(100_000).optional(),
  /** Persistent volumes. @default 4 TiB */
  storage: sizeSchema.optional(),
});

/** What a container gets that asks for nothing. */
const containerDefaultsSchema = z.strictObject({
  /** Cores asked for; there is no limit, so that a container that asks for more stays valid. @default 0.1 */
  cpu: z.number().positive().max(1_000).default(0.1),
  /** Memory asked for. @default 128 MiB */
  memory: sizeSchema.default(Size.mebibytes(128)),
  /** Memory limit. @default 1 GiB */
  memoryLimit: sizeSchema.default(Size.gibibytes(1)),
  /** Ephemeral storage asked for. @default 256 MiB */
  scratch: sizeSchema.default(Size.mebibytes(256)),
  /** Limit of ephemeral storage. @default 8 GiB */
  scratchLimit: sizeSchema.default(Size.gibibytes(8)),
});

/** Props of a namespace. */
export const namespaceSchema = z.strictObject({
  /** Pod Security level that the API server enforces; below "restricted" with the reason, which is written on the namespace. @default "restricted", or what the components in the namespace need */
  podSecurity: z
    .union([z.literal("restricted"), z.strictObject({ level: z.enum(["baseline", "privileged"]), reason: z.string().min(10).max(500) })])
    .optional(),
  /** `open` lets pods reach any address but the instance metadata; `closed` only what components allow. @default "closed" */
  egress: z.enum(["closed", "open"]).default("closed"),
  /** The most that all pods of the namespace may ask for together. @default 64 cores, 256 GiB, no GPU; in an environment with node pools at least what all of them give */
  quota: quotaSchema.prefault({}),
  /** What a container gets that asks for nothing. @default 0.1 cores, 128 MiB, 256 MiB of ephemeral storage */
  containerDefaults: containerDefaultsSchema.prefault({}),
});

/** Section `namespaces`: settings of namespaces by name. A namespace that no component uses is created, too. */
export const namespacesSchema = z.record(labelNameSchema, namespaceSchema);

/** Props of a namespace. */
export type NamespaceProps = PropsOf<typeof namespaceSchema>;

/** Props of a namespace with every default filled in. */
export type NamespaceSettings = SettingsOf<typeof namespaceSchema>;
