/** Props of SOPS: files with encrypted Secrets. */

import { z } from "zod";
import { file } from "#lib/environment/files";
import type { PropsOf } from "#lib/kube/props";

/** Props of one file. */
export const sopsFileSchema = z.strictObject({
  /** Path of the file in the folder of environment files. */
  file: file(),
});

/** Section `sops`. */
export const sopsSectionSchema = z.strictObject({
  /** Files with one Secret each, whose values `sops` encrypted. A GitOps tree carries them unchanged. Others refer to the Secrets by name, with `secretRef`. @default none */
  files: z.array(file()).default([]),
});

/** Props of one file. */
export type SopsFileProps = PropsOf<typeof sopsFileSchema>;
