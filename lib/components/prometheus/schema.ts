/** The props of Prometheus as a schema: input from outside is checked against it. */

import { z } from "zod";
import { durationSchema, labelNameSchema, sizeSchema, subdomainNameSchema } from "#lib/core/schema";
import type { PrometheusProps } from "./props";

/** Schema of {@link PrometheusProps}. */
export const prometheusSchema = z.strictObject({
  replicas: z.int().min(1).max(5).optional(),
  retention: durationSchema.optional(),
  storage: z.strictObject({ size: sizeSchema, storageClass: subdomainNameSchema.optional() }).optional(),
  scrapeInterval: durationSchema.optional(),
  grafana: z.strictObject({ adminSecret: labelNameSchema }).optional(),
  nodeExporter: z.boolean().optional(),
  controlPlane: z.boolean().optional(),
}) satisfies z.ZodType<PrometheusProps>;
