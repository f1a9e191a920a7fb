/** The props of Elasticsearch as a schema: input from outside is checked against it. */

import { z } from "zod";
import type { JsonValue } from "#lib/core/json";
import { labelNameSchema, sizeSchema, subdomainNameSchema } from "#lib/core/schema";
import { type ElasticOperatorProps, type ElasticsearchProps, NODE_ROLES, type StackVersion } from "./props";

/** Schema of {@link ElasticOperatorProps}. */
export const elasticOperatorSchema = z.strictObject({
  replicas: z.int().min(1).max(5).optional(),
}) satisfies z.ZodType<ElasticOperatorProps>;

/** ECK's own rule for node sets, tightened to what also is a label. Source: CRD Elasticsearch v1, nodeSets.name. */
const nodeSetNameSchema = z.string().regex(/^[a-z0-9](?:[-a-z0-9]{0,21}[a-z0-9])?$/, {
  error: "1 to 23 of a-z, 0-9 and -, a letter or digit at both ends",
});

const jsonSchema: z.ZodType<JsonValue> = z.json();

const nodeSetSchema = <Pool>(pool: z.ZodType<Pool>) =>
  z.strictObject({
    count: z.int().min(1).max(200),
    storage: sizeSchema,
    roles: z.array(z.enum(NODE_ROLES)).optional(),
    cpu: z.number().min(0.1).max(256).optional(),
    memory: sizeSchema.optional(),
    storageClass: subdomainNameSchema.optional(),
    memoryMap: z.boolean().optional(),
    config: z.record(z.string().min(1), jsonSchema).optional(),
    pool: pool.optional(),
  });

/** Older ones do not run as a user other than root. Source: ECK 3.5.0, elasticsearch/securitycontext. */
const versionSchema = z.custom<StackVersion>(
  (value) => typeof value === "string" && /^(8\.([89]|\d{2})|9\.\d{1,2})\.\d{1,2}$/.test(value),
  {
    error: "a version of the stack from 8.8.0 to 9.x, such as 9.5.0",
  },
);

/** Schema of {@link ElasticsearchProps}, node pools named as `pool` says. */
export const elasticsearchSchema = <Pool>(pool: z.ZodType<Pool>): z.ZodType<ElasticsearchProps<Pool>> =>
  z.strictObject({
    nodeSets: z.record(nodeSetNameSchema, nodeSetSchema(pool)),
    version: versionSchema.optional(),
    namespace: labelNameSchema.optional(),
    highAvailability: z.boolean().optional(),
    maxUnavailable: z.int().min(1).max(50).optional(),
  });
