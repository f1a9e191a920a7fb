/** Props of JobSet's controller. */

import { z } from "zod";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** Props of the controller. */
export const jobSetOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each controller pod. @default 0.5 cores and 256Mi, at most 2 cores and 1Gi */
  resources: partResourcesSchema.optional(),
});

/** Section `jobset`: the controller. */
export const jobSetSectionSchema = z.strictObject({
  /** The controller. @default one pod */
  operator: jobSetOperatorSchema.prefault({}),
});

/** Props of the controller. */
export type JobSetOperatorProps = PropsOf<typeof jobSetOperatorSchema>;

/** Settings of the controller. */
export type JobSetOperatorSettings = SettingsOf<typeof jobSetOperatorSchema>;
