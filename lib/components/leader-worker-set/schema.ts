/** Props of LeaderWorkerSet's controller. */

import { z } from "zod";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** Props of the controller. */
export const leaderWorkerSetOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each controller pod. @default 0.2 cores and 256Mi, at most 1 core and 1Gi */
  resources: partResourcesSchema.optional(),
});

/** Section `leaderWorkerSet`: the controller. */
export const leaderWorkerSetSectionSchema = z.strictObject({
  /** The controller. @default one pod */
  operator: leaderWorkerSetOperatorSchema.prefault({}),
});

/** Props of the controller. */
export type LeaderWorkerSetOperatorProps = PropsOf<typeof leaderWorkerSetOperatorSchema>;

/** Settings of the controller. */
export type LeaderWorkerSetOperatorSettings = SettingsOf<typeof leaderWorkerSetOperatorSchema>;
