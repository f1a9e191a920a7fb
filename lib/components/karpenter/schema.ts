/** The props of Karpenter as a schema: input from outside is checked against it. */

import { z } from "zod";
import type { KarpenterProps, NodeImage } from "./props";

const tagsSchema = z.record(z.string().min(1).max(128), z.string().min(1).max(256));

const identitySchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("role"),
    role: z.string().regex(/^[\w+=,.@-]{1,64}$/, { error: "the name of an IAM role, without arn:aws:iam::...:role/" }),
  }),
  z.strictObject({ type: z.literal("instance-profile"), instanceProfile: z.string().min(1).max(128) }),
]);

/** Families and the length are rules of the definition EC2NodeClass v1. */
const imageSchema = z.custom<NodeImage>(
  (value) => typeof value === "string" && value.length <= 30 && /^(al2023|bottlerocket)@v\d[\w.]*$/.test(value),
  { error: "al2023@v... or bottlerocket@v... at one version, never latest" },
);

/** Schema of {@link KarpenterProps}. */
export const karpenterSchema = z.strictObject({
  clusterName: z.string().regex(/^[0-9A-Za-z][\w-]{0,99}$/, { error: "the name of an EKS cluster" }),
  nodes: z.strictObject({
    image: imageSchema,
    identity: identitySchema,
    discoveryTags: tagsSchema.refine((tags) => Object.keys(tags).length > 0, { error: "at least one tag" }).optional(),
    kmsKey: z.string().min(1).max(2048).optional(),
    tags: tagsSchema.optional(),
  }),
  clusterEndpoint: z.url({ protocol: /^https$/, error: "an address such as https://..." }).optional(),
  interruptionQueue: z
    .string()
    .regex(/^[\w-]{1,80}$/, { error: "the name of an SQS queue" })
    .optional(),
  controllerRole: z
    .string()
    .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, { error: "the ARN of an IAM role" })
    .optional(),
  replicas: z.int().min(1).max(5).optional(),
}) satisfies z.ZodType<KarpenterProps>;
