/** Props of Kubeflow Model Registry. */

import { z } from "zod";
import { labelNameSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

/** A user or group as the sign-in calls it. */
const subjectSchema = z.string().regex(/^[^\s,]{1,253}$/, { error: "the name of a user or group, without blanks and commas" });

const uiSchema = z.strictObject({
  /** Users who may see registries of the namespace, by the e-mail addresses of their sign-in. @default none */
  users: z.array(subjectSchema).default([]),
  /** Groups whose members may see registries of the namespace. @default none */
  groups: z.array(subjectSchema).default([]),
  /** Pods of the UI. @default 1 */
  replicas: z.int().min(1).max(10).default(1),
});

/** Props of a server. */
export const kubeflowModelRegistrySchema = z.strictObject({
  /** Namespace of the server. @default "model-registry" */
  namespace: labelNameSchema.default("model-registry"),
  /** Database of the metadata: PostgreSQL or MySQL. */
  database: ref("database"),
  /** Pods. @default 1 */
  replicas: z.int().min(1).max(20).default(1),
  /** CPU cores of each pod. @default 0.1 */
  cpu: z.number().min(0.05).max(16).default(0.1),
  /** Memory of each pod. @default 256Mi */
  memory: sizeSchema.default(Size.mebibytes(256)),
  /** The UI, in a pod of its own. @default none */
  ui: uiSchema.optional(),
  /** Node pool. @default any node without a taint */
  pool: ref("nodePool").optional(),
});

/** Section `kubeflowModelRegistry`. */
export const kubeflowModelRegistrySectionSchema = z.strictObject({
  /** Servers by name; components refer to them as model registries. */
  servers: z.record(labelNameSchema, kubeflowModelRegistrySchema),
});

/** Props of a server. */
export type KubeflowModelRegistryProps = PropsOf<typeof kubeflowModelRegistrySchema>;

/** Settings of a server: its props with every default filled in. */
export type KubeflowModelRegistrySettings = SettingsOf<typeof kubeflowModelRegistrySchema>;
