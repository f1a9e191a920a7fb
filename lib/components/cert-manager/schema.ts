/** Props of cert-manager. */

import { z } from "zod";
import { labelNameSchema } from "#lib/core/schema";
import { existingSchema } from "#lib/kube/existing";
import { partResourcesSchema } from "#lib/kube/part-resources";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** Props of cert-manager. */
export const certManagerSchema = z.strictObject({
  /** Pods of the controller, the webhook and the CA injector each; more than one get a disruption budget. @default 1 */
  replicas: z.int().min(1).max(10).default(1),
  /** Uses an installation that is on the cluster already: `true`, or its namespace and version. Nothing of it is created; other props of the operator are rejected. @default installed by this environment */
  existing: existingSchema.optional(),
  /** Requests and limits of its pods. @default 0.05 cores and 128Mi, at most 256Mi, each */
  resources: z
    .strictObject({
      /** Pods of the controller. @default 0.05 cores and 128Mi, at most 256Mi */
      controller: partResourcesSchema.optional(),
      /** Pods of the webhook. @default 0.05 cores and 128Mi, at most 256Mi */
      webhook: partResourcesSchema.optional(),
      /** Pods of the CA injector, which keeps every Secret of the cluster in memory. @default 0.05 cores and 128Mi, at most 256Mi */
      cainjector: partResourcesSchema.optional(),
    })
    .optional(),
  /** Name of the self-signed ClusterIssuer for certificates inside the cluster. @default "beamstack-selfsigned" */
  selfSignedIssuer: labelNameSchema.default("beamstack-selfsigned"),
});

/** Props of cert-manager. */
export type CertManagerProps = PropsOf<typeof certManagerSchema>;

/** Props of cert-manager with every default filled in. */
export type CertManagerSettings = SettingsOf<typeof certManagerSchema>;
