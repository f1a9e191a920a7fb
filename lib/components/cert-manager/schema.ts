/** Props of cert-manager. */

import { z } from "zod";
import { labelNameSchema } from "#lib/core/schema";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** Props of cert-manager. */
export const certManagerSchema = z.strictObject({
  /** Pods of the controller, the webhook and the CA injector each; more than one get a disruption budget. @default 1 */
  replicas: z.int().min(1).max(10).default(1),
  /** Name of the self-signed ClusterIssuer for certificates inside the cluster. @default "beamstack-selfsigned" */
  selfSignedIssuer: labelNameSchema.default("beamstack-selfsigned"),
});

/** Props of cert-manager. */
export type CertManagerProps = PropsOf<typeof certManagerSchema>;

/** Props of cert-manager with every default filled in. */
export type CertManagerSettings = SettingsOf<typeof certManagerSchema>;
