/** Props of a namespace. */

import { z } from "zod";
import { labelNameSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** ResourceQuota of a namespace. With node pools, the default of a resource is at least their total capacity. */
const quotaSchema = z.strictObject({
  /** CPU cores. @default 64 */
  cpu: z.number().positive().max(100_000).optional(),
  /** Memory. @default 256Gi */
  memory: sizeSchema.optional(),
  /** NVIDIA GPUs. @default 0 */
  gpus: z.int().min(0).max(100_000).optional(),
  /** Shares of NVIDIA GPUs by their resource, such as `nvidia.com/gpu.shared`. @default what the pools have */
  gpuShares: z
    .record(
      z.string().regex(/^nvidia\.com\/(gpu\.shared|mig-[1-7]g\.\d+gb)$/, { error: "nvidia.com/gpu.shared or nvidia.com/mig-<profile>" }),
      z.int().min(0).max(100_000),
    )
    .optional(),
  /** Pods. @default 200 */
  pods: z.int().min(1).max(100_000).optional(),
  /** Storage of all PersistentVolumeClaims. @default 4Ti */
  storage: sizeSchema.optional(),
});

/** LimitRange: requests and limits of containers that set none. */
const containerDefaultsSchema = z.strictObject({
  /** CPU request; there is no CPU limit, because a default limit would reject containers that request more. @default 0.1 */
  cpu: z.number().positive().max(1_000).default(0.1),
  /** Memory request. @default 128Mi */
  memory: sizeSchema.default(Size.mebibytes(128)),
  /** Memory limit. @default 1Gi */
  memoryLimit: sizeSchema.default(Size.gibibytes(1)),
  /** Ephemeral storage request. @default 256Mi */
  scratch: sizeSchema.default(Size.mebibytes(256)),
  /** Ephemeral storage limit. @default 8Gi */
  scratchLimit: sizeSchema.default(Size.gibibytes(8)),
});

/** Props of a namespace. */
export const namespaceSchema = z.strictObject({
  /** Pod Security level that the API server enforces. A level below "restricted" needs a reason, which becomes an annotation of the namespace. @default "restricted", or what the components in the namespace need */
  podSecurity: z
    .union([
      z.literal("restricted"),
      z.strictObject({
        /** Level below "restricted". */
        level: z.enum(["baseline", "privileged"]),
        /** Why the pods need it, 10 to 500 characters. */
        reason: z.string().min(10).max(500),
      }),
    ])
    .optional(),
  /** "closed" allows only the network flows of components; "open" allows all egress except to the instance metadata. @default "closed" */
  egress: z.enum(["closed", "open"]).default("closed"),
  /** ResourceQuota: total requests of all pods of the namespace. @default 64 cores, 256Gi, no GPU; with node pools, at least their total capacity */
  quota: quotaSchema.prefault({}),
  /** LimitRange: requests and limits of containers that set none. @default 0.1 cores, 128Mi, 256Mi of ephemeral storage */
  containerDefaults: containerDefaultsSchema.prefault({}),
});

/** Section `namespaces`: settings of namespaces by name. A namespace that no component uses is created, too. */
export const namespacesSchema = z.record(labelNameSchema, namespaceSchema);

/** Props of a namespace. */
export type NamespaceProps = PropsOf<typeof namespaceSchema>;

/** Props of a namespace with every default filled in. */
export type NamespaceSettings = SettingsOf<typeof namespaceSchema>;
