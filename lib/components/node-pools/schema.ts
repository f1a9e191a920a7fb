/** The props of a node pool as a schema: input from outside is checked against it. */

import { z } from "zod";
import { durationSchema, sizeSchema } from "#lib/core/schema";
import { ACCELERATORS, type AcceleratorName } from "./accelerators";
import { INSTANCE_TYPES, type InstanceTypeName } from "./instance-types";
import type { NodePoolProps } from "./props";

const acceleratorSchema = z.enum(Object.keys(ACCELERATORS) as AcceleratorName[]);
const instanceTypeSchema = z.enum(Object.keys(INSTANCE_TYPES) as InstanceTypeName[]);

/** A label's key: an optional domain, then a name. Source: Kubernetes, "Labels and Selectors". */
const labelKeySchema = z.string().regex(/^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/, {
  error: "a label key such as example.com/team",
});
const labelValueSchema = z.string().regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/, {
  error: "a label value: at most 63 letters, digits, -, _ and .",
});

const taintSchema = z.strictObject({
  key: labelKeySchema,
  value: labelValueSchema.optional(),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

const zonesSchema = z.array(labelValueSchema.min(1)).optional();

const nodeSchema = z.strictObject({
  cpu: z.number().positive().max(1_024),
  memory: sizeSchema,
  scratch: sizeSchema.optional(),
  accelerators: z.strictObject({ type: acceleratorSchema, count: z.int().min(1).max(64) }).optional(),
});

const plainSchema = z.strictObject({
  type: z.literal("plain"),
  nodes: z.int().min(1).max(5_000),
  node: nodeSchema,
  selector: z.record(labelKeySchema, labelValueSchema).optional(),
  taints: z.array(taintSchema).optional(),
  zones: zonesSchema,
});

/** Source: definition NodePool v1, spec.disruption.budgets. */
const shareSchema = z
  .string()
  .regex(/^(?:100|[0-9]{1,2})%$/, { error: "whole per cent such as 10%, at most 100%" }) as z.ZodType<`${number}%`>;
const scheduleSchema = z.string().regex(/^(?:@(?:annually|yearly|monthly|weekly|daily|midnight|hourly)|\S+(?:\s\S+){4})$/, {
  error: "five fields of cron in UTC such as 0 9 * * mon-fri, or @daily",
});

const karpenterAwsSchema = z.strictObject({
  type: z.literal("karpenter-aws"),
  instanceTypes: z.array(instanceTypeSchema).min(1),
  limits: z.strictObject({
    cpu: z.number().positive().max(1_000_000),
    memory: sizeSchema,
    accelerators: z.int().min(1).max(100_000).optional(),
  }),
  capacityTypes: z
    .array(z.enum(["on-demand", "spot", "reserved"]))
    .min(1)
    .optional(),
  zones: zonesSchema,
  taints: z.array(taintSchema).optional(),
  consolidation: z.strictObject({ policy: z.enum(["when-empty", "when-underutilized"]), after: durationSchema }).optional(),
  disruptionBudgets: z
    .array(
      z.strictObject({
        nodes: z.union([z.int().min(0), shareSchema]),
        schedule: scheduleSchema.optional(),
        duration: durationSchema.optional(),
      }),
    )
    .min(1)
    .max(50)
    .optional(),
  expireAfter: z.union([durationSchema, z.literal("never")]).optional(),
  rootVolume: sizeSchema.optional(),
});

/** Schema of {@link NodePoolProps}. */
export const nodePoolSchema = z.discriminatedUnion("type", [plainSchema, karpenterAwsSchema]) satisfies z.ZodType<NodePoolProps>;
