/** The environment file as a schema: what types cannot see at run time (plain JavaScript, JSON, casts) is checked here. */

import { z } from "zod";
import { certManagerSchema } from "#lib/components/cert-manager/schema";
import { namespaceSchema } from "#lib/components/foundation/schema";
import { karpenterSchema } from "#lib/components/karpenter/schema";
import { nodePoolSchema } from "#lib/components/node-pools/schema";
import { labelNameSchema } from "#lib/core/schema";
import { elasticsearchSectionSchema } from "./elasticsearch";
import { flinkSchema } from "./flink";
import { monitoringSchema } from "./monitoring";
import { pipelinesSchema } from "./pipelines";
import type { EnvironmentSpec } from "./spec";

const clusterSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("embedded") }),
  z.strictObject({ type: z.literal("context"), context: z.string().min(1), kubeconfig: z.string().min(1).optional() }),
]);

/** A registry host with an optional path prefix. */
const registrySchema = z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*(:\d{1,5})?(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/, {
  error: "a registry host, such as registry.example.com/mirror",
});

/** Schema of {@link EnvironmentSpec}. */
export const environmentSchema = z.strictObject({
  name: labelNameSchema,
  cluster: clusterSchema,
  operators: z.enum(["helm", "simulated"]).optional(),
  production: z.boolean().optional(),
  imageRegistry: registrySchema.optional(),
  namespaces: z.record(labelNameSchema, namespaceSchema).optional(),
  nodePools: z.record(labelNameSchema, nodePoolSchema).optional(),
  karpenter: karpenterSchema.optional(),
  certManager: certManagerSchema.optional(),
  elasticsearch: elasticsearchSectionSchema.optional(),
  flink: flinkSchema.optional(),
  pipelines: pipelinesSchema.optional(),
  monitoring: monitoringSchema.optional(),
}) satisfies z.ZodType<EnvironmentSpec>;
