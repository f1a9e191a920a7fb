/** Props of Karpenter. */

import { z } from "zod";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

const tagsSchema = z.record(z.string().min(1).max(128), z.string().min(1).max(256));

const identitySchema = z.discriminatedUnion("type", [
  /** Karpenter creates an instance profile for the role. */
  z.strictObject({
    type: z.literal("role"),
    /** Name of the IAM role, not its ARN. */
    role: z.string().regex(/^[\w+=,.@-]{1,64}$/, { error: "the name of an IAM role, without arn:aws:iam::...:role/" }),
  }),
  /** An instance profile that exists. */
  z.strictObject({
    type: z.literal("instance-profile"),
    /** Name of the instance profile. */
    instanceProfile: z.string().min(1).max(128),
  }),
]);

/** A machine image at one version; `latest` would replace every node on the day AWS publishes another. */
type NodeImage = `al2023@v${string}` | `bottlerocket@v${string}`;

/** Families and the length are rules of the CRD EC2NodeClass v1. */
const imageSchema = z.custom<NodeImage>(
  (value) => typeof value === "string" && value.length <= 30 && /^(al2023|bottlerocket)@v\d[\w.]*$/.test(value),
  { error: "al2023@v... or bottlerocket@v... at one version, never latest" },
);

/** Props of Karpenter. */
export const karpenterSchema = z.strictObject({
  /** Name of the EKS cluster. */
  clusterName: z.string().regex(/^[0-9A-Za-z][\w-]{0,99}$/, { error: "the name of an EKS cluster" }),
  /** Settings of all nodes. */
  nodes: z.strictObject({
    /** Machine image, such as `al2023@v20260810`. */
    image: imageSchema,
    /** Identity of the nodes in AWS. */
    identity: identitySchema,
    /** Tags that select subnets and security groups. @default `karpenter.sh/discovery: <clusterName>` */
    discoveryTags: tagsSchema.refine((tags) => Object.keys(tags).length > 0, { error: "at least one tag" }).optional(),
    /** KMS key that encrypts the volumes. @default the account's key for EBS */
    kmsKey: z.string().min(1).max(2048).optional(),
    /** Tags of instances and volumes. @default none */
    tags: tagsSchema.optional(),
  }),
  ...operatorProps,
  /** Address of the API server. @default what EKS reports */
  clusterEndpoint: z.url({ protocol: /^https$/, error: "an address such as https://..." }).optional(),
  /** SQS queue with interruption notices; without it spot nodes are not drained, which is a warning. @default none */
  interruptionQueue: z
    .string()
    .regex(/^[\w-]{1,80}$/, { error: "the name of an SQS queue" })
    .optional(),
  /** ARN of the controller's IAM role (IRSA). @default EKS Pod Identity */
  controllerRole: z
    .string()
    .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, { error: "the ARN of an IAM role" })
    .optional(),
  /** Turns on NodeOverlays, an alpha feature of Karpenter, by which it creates nodes for shares of GPUs; of an existing Karpenter it says that the feature is on. @default false */
  nodeOverlays: z.boolean().default(false),
  /** Pods of the controller, of which one leads. @default 2 */
  replicas: z.int().min(1).max(5).default(2),
  /** Requests and limits of each pod of the controller; it needs more memory with more nodes. @default 0.5 cores and 1Gi, at most 2 cores and 1Gi */
  resources: partResourcesSchema.optional(),
});

/** Props of Karpenter. */
export type KarpenterProps = PropsOf<typeof karpenterSchema>;

/** Settings of Karpenter: its props with every default filled in. */
export type KarpenterSettings = SettingsOf<typeof karpenterSchema>;
