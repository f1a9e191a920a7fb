/** Props of KEDA: its operator, and pods that it scales. */

import { z } from "zod";
import { cronSchema, timeZoneSchema } from "#lib/core/cron";
import { Duration } from "#lib/core/duration";
import { durationSchema, labelNameSchema } from "#lib/core/schema";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** Props of the operator. */
export const kedaOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each of its pods; the operator needs more memory with more triggers. @default 0.1 cores and 128Mi, at most 1 core and 1Gi */
  resources: partResourcesSchema.optional(),
});

const queryTriggerSchema = z.strictObject({
  /** The value of a query in PromQL; requires `monitoring`. */
  type: z.literal("prometheus"),
  /** PromQL that returns one value, or none, which counts as 0. */
  query: z.string().min(1).max(4096),
  /** Value for each replica: the number of replicas is the value divided by it. */
  threshold: z.number().positive(),
  /** Value above which there is a pod at all, with `replicas.min: 0`. @default 0 */
  activation: z.number().min(0).default(0),
});

/** KEDA reads five fields. Source: KEDA v2.20.2, pkg/scalers/cron_scaler.go. */
const fieldsSchema = cronSchema.refine((text) => !text.startsWith("@"), { error: "five fields of cron such as 0 9 * * mon-fri" });

const scheduleTriggerSchema = z.strictObject({
  /** A time of day. */
  type: z.literal("cron"),
  /** Start of the time. */
  start: fieldsSchema,
  /** End of the time. */
  end: fieldsSchema,
  /** Time zone of both. @default "Etc/UTC" */
  timeZone: timeZoneSchema.default("Etc/UTC"),
  /** Replicas within the time. */
  replicas: z.int().min(1).max(1000),
});

/** A trigger. */
const triggerSchema = z.discriminatedUnion("type", [queryTriggerSchema, scheduleTriggerSchema]);

/** Props of pods that are scaled. */
export const scalerSchema = z.strictObject({
  /** Namespace of the target. */
  namespace: labelNameSchema,
  /** Deployment or StatefulSet that is scaled. The environment then sets no replicas of it. */
  target: z.strictObject({
    /** Its kind. @default "Deployment" */
    kind: z.enum(["Deployment", "StatefulSet"]).default("Deployment"),
    /** Its name. */
    name: labelNameSchema,
  }),
  /** Number of pods. */
  replicas: z.strictObject({
    /** The fewest; 0 lets the last pod go while no trigger is active. @default 1 */
    min: z.int().min(0).max(1000).default(1),
    /** The most. */
    max: z.int().min(1).max(1000),
  }),
  /** What decides the number; the largest one counts. */
  triggers: z.array(triggerSchema).min(1).max(16),
  /** Time between two looks at the triggers while there may be no pod; requires `replicas.min: 0`. Otherwise Kubernetes' autoscaler asks every 15 seconds. @default 30s */
  interval: durationSchema.default(Duration.seconds(30)),
  /** Time without an active trigger after which the last pod goes; requires `replicas.min: 0`. @default 5m */
  cooldown: durationSchema.default(Duration.minutes(5)),
  /** Number of pods while a trigger cannot be read. @default the number at that time */
  fallback: z
    .strictObject({
      /** Failed looks in a row. @default 3 */
      failures: z.int().min(1).max(100).default(3),
      /** Pods from then on. */
      replicas: z.int().min(0).max(1000),
    })
    .optional(),
});

/** Section `keda`: the operator, and pods that it scales. */
export const kedaSectionSchema = z.strictObject({
  /** The operator. @default one pod of each part */
  operator: kedaOperatorSchema.prefault({}),
  /** Pods that are scaled, by the name of the scaler. @default none: components use the operator by themselves */
  scalers: z.record(labelNameSchema, scalerSchema).default({}),
});

/** Props of the operator. */
export type KedaOperatorProps = PropsOf<typeof kedaOperatorSchema>;

/** Settings of the operator. */
export type KedaOperatorSettings = SettingsOf<typeof kedaOperatorSchema>;

/** Props of a scaler. */
export type ScalerProps = PropsOf<typeof scalerSchema>;
