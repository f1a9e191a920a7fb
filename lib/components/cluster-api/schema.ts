/** Props of Cluster API. */

import { z } from "zod";
import { labelNameSchema } from "#lib/core/schema";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** Props of Cluster API. */
export const clusterApiSchema = z.strictObject({
  /** Name of the Cluster object of this cluster. */
  cluster: labelNameSchema,
  /** Namespace of the Cluster object, of templates and of pools. It exists, and is not `default`. */
  namespace: labelNameSchema,
  /** Version of Kubernetes of the nodes, such as `v1.34.2`. */
  version: z.string().regex(/^v\d+\.\d+\.\d+$/, { error: "a version such as v1.34.2" }),
});

/** Props of Cluster API. */
export type ClusterApiProps = PropsOf<typeof clusterApiSchema>;

/** Settings of Cluster API: its props with every default filled in. */
export type ClusterApiSettings = SettingsOf<typeof clusterApiSchema>;
