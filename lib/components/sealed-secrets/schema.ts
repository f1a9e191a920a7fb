/** Props of Sealed Secrets: its controller, and files that `kubeseal` wrote. */

import { z } from "zod";
import { file } from "#lib/environment/files";
import { existingProp } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** Props of the controller, which runs as one pod. */
export const sealedSecretsOperatorSchema = z.strictObject({
  ...existingProp,
  /** Requests and limits of its pod. @default requests of 0.05 cores and 64Mi, limits of 0.5 cores and 256Mi */
  resources: partResourcesSchema.optional(),
});

/** Props of one file. */
export const sealedSecretFileSchema = z.strictObject({
  /** Path of the file in the folder of environment files. */
  file: file(),
});

/** Section `sealedSecrets`. */
export const sealedSecretsSectionSchema = z.strictObject({
  /** The controller. @default one pod */
  operator: sealedSecretsOperatorSchema.prefault({}),
  /** Files of SealedSecrets, as `kubeseal` writes them, one or more in each. Others refer to the Secrets by name, with `secretRef`. @default none */
  files: z.array(file()).default([]),
});

/** Props of the controller. */
export type SealedSecretsOperatorProps = PropsOf<typeof sealedSecretsOperatorSchema>;
/** Settings of the controller. */
export type SealedSecretsOperatorSettings = SettingsOf<typeof sealedSecretsOperatorSchema>;
/** Props of one file. */
export type SealedSecretFileProps = PropsOf<typeof sealedSecretFileSchema>;
