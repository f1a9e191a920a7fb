/** The props of a namespace as a schema: input from outside is checked against it. */

import { z } from "zod";
import { sizeSchema } from "#lib/core/schema";
import type { NamespaceProps } from "./props";

const quotaSchema = z.strictObject({
  cpu: z.number().positive().max(100_000).optional(),
  memory: sizeSchema.optional(),
  gpus: z.int().min(0).max(100_000).optional(),
  pods: z.int().min(1).max(100_000).optional(),
  storage: sizeSchema.optional(),
});

const containerDefaultsSchema = z.strictObject({
  cpu: z.number().positive().max(1_000).optional(),
  memory: sizeSchema.optional(),
  memoryLimit: sizeSchema.optional(),
  scratch: sizeSchema.optional(),
  scratchLimit: sizeSchema.optional(),
});

/** Schema of {@link NamespaceProps}. */
export const namespaceSchema = z.strictObject({
  podSecurity: z
    .union([z.literal("restricted"), z.strictObject({ level: z.enum(["baseline", "privileged"]), reason: z.string().min(10).max(500) })])
    .optional(),
  egress: z.enum(["closed", "open"]).optional(),
  quota: quotaSchema.optional(),
  containerDefaults: containerDefaultsSchema.optional(),
}) satisfies z.ZodType<NamespaceProps>;
