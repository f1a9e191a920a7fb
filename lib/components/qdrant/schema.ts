/** Props of Qdrant. */

import { z } from "zod";
import { labelNameSchema, secretRefSchema, sizeSchema, subdomainNameSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

/** Props of a cluster. */
export const qdrantSchema = z.strictObject({
  /** Size of each node's volume. It cannot change. */
  storage: sizeSchema,
  /** Storage class of the volumes. @default the cluster's default storage class */
  storageClass: subdomainNameSchema.optional(),
  /** Namespace of the cluster. @default "qdrant" */
  namespace: labelNameSchema.default("qdrant"),
  /** Nodes; with one, every vector is lost with its volume. @default 1 */
  replicas: z.int().min(1).max(100).default(1),
  /** CPU cores of each node. @default 0.5 */
  cpu: z.number().min(0.1).max(256).default(0.5),
  /** Memory of each node. @default 1Gi */
  memory: sizeSchema.default(Size.gibibytes(1)),
  /** API key of clients, in a Secret of the namespace. Monitoring cannot send one, so that it reads no metrics then. @default none: network policies alone restrict access */
  apiKey: secretRefSchema.optional(),
  /** Node pool that the pods run on. @default any node without taints */
  pool: ref("nodePool").optional(),
});

/** Section `qdrant`: clusters that have vector indexes. */
export const qdrantSectionSchema = z.strictObject({
  /** Clusters by name; pipelines refer to them as `stores`, vector indexes as `store`. */
  clusters: z.record(z.string(), qdrantSchema),
});

/** Props of a cluster. */
export type QdrantProps = PropsOf<typeof qdrantSchema>;

/** Settings of a cluster: its props with every default filled in. */
export type QdrantSettings = SettingsOf<typeof qdrantSchema>;
