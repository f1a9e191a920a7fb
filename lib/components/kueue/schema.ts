/** Props of Kueue, its topologies, cohorts and queues. */

import { z } from "zod";
import { Duration } from "#lib/core/duration";
import { durationSchema, labelNameSchema, sizeSchema } from "#lib/core/schema";
import { operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

/** A qualified name: an optional domain, then a name. Source: CRD Topology v1beta2, spec.levels.nodeLabel. */
const nodeLabelSchema = z
  .string()
  .max(316)
  .regex(/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/, {
    error: "a label key such as topology.kubernetes.io/zone",
  });

/** Amounts of a resource each. */
const amountsSchema = z.strictObject({
  /** CPU cores. @default not limited */
  cpu: z.number().min(0).max(1_000_000).optional(),
  /** Memory. @default not limited */
  memory: sizeSchema.optional(),
  /** Accelerators. @default not limited */
  accelerators: z.int().min(0).max(100_000).optional(),
});

const weightSchema = z.number().positive().max(1_000_000);

/** Props of the operator. */
export const kueueOperatorSchema = z.strictObject({
  ...operatorProps,
  /** Requests and limits of each pod of the controller; it needs more memory with more jobs. @default 0.5 cores and 512Mi, at most 2 cores and 1Gi */
  resources: partResourcesSchema.optional(),
  /** Shares what a cohort has left by the weights of its queues, and preempts by them; without it, jobs are served in their order. @default false */
  fairSharing: z.boolean().default(false),
  /** Admits StatefulSets that name a queue, too, such as workspaces; no StatefulSet can then change while the controller is down. @default false */
  statefulSets: z.boolean().default(false),
  /** Takes the quota back from a job whose pods are not all ready in time. @default Kueue does not wait for pods */
  waitForPodsReady: z
    .strictObject({
      /** Time from admission until all pods are ready. */
      timeout: durationSchema,
      /** Admits one job after the other, so that two jobs never hold half of their pods each. @default false */
      blockAdmission: z.boolean().default(false),
    })
    .optional(),
});

const topologySchema = z.strictObject({
  /** Labels of the nodes, from the widest level to the narrowest; `kubernetes.io/hostname` can only be the last. */
  levels: z.array(nodeLabelSchema).min(1).max(16),
  /** Pools whose nodes carry the labels. */
  pools: z.array(ref("nodePool")).min(1),
});

const cohortSchema = z.strictObject({
  /** Name of the cohort that this one belongs to. @default none */
  parent: labelNameSchema.optional(),
  /** Share of what the parent has left; requires `operator.fairSharing` and a parent. @default 1 */
  weight: weightSchema.optional(),
});

const quotaSchema = z.strictObject({
  /** Pool whose nodes the quota is of. */
  pool: ref("nodePool"),
  /** CPU cores. @default what the pool can have at most */
  cpu: z.number().min(0).max(1_000_000).optional(),
  /** Memory. @default what the pool can have at most */
  memory: sizeSchema.optional(),
  /** Accelerators. @default what the pool can have at most */
  accelerators: z.int().min(0).max(100_000).optional(),
  /** The most to borrow from the cohort, in addition to the quota. @default not limited */
  borrowing: amountsSchema.optional(),
  /** The most to lend to the cohort; the rest of the quota is kept. @default not limited */
  lending: amountsSchema.optional(),
});

/** Props of a queue. */
export const queueSchema = z.strictObject({
  /** Quotas on pools, in the order in which they are tried. */
  quotas: z.array(quotaSchema).min(1).max(64),
  /** Cohort whose queues lend each other what they do not use. @default none */
  cohort: labelNameSchema.optional(),
  /** Order of the jobs: `best-effort-fifo` passes jobs that do not fit, `strict-fifo` waits for the first. @default "best-effort-fifo" */
  order: z.enum(["best-effort-fifo", "strict-fifo"]).default("best-effort-fifo"),
  /** Which running jobs have to make room. @default none */
  preemption: z
    .strictObject({
      /** Jobs of the same queue. @default "never" */
      withinQueue: z.enum(["never", "lower-priority", "lower-or-newer-equal-priority"]).default("never"),
      /** Jobs of other queues of the cohort, which run on quota of this one. @default "never" */
      reclaim: z.enum(["never", "lower-priority", "any"]).default("never"),
      /** While this queue borrows: jobs of other queues up to this priority; requires `reclaim`. @default none */
      borrowUpToPriority: z.int().min(-2_147_483_648).max(1_000_000_000).optional(),
    })
    .prefault({}),
  /** Share of what the cohort has left; requires `operator.fairSharing` and a cohort. @default 1 */
  weight: weightSchema.optional(),
  /** How long jobs may wait: an alert tells where one of twenty waits longer, or none was admitted for so long. @default 2h */
  maxWait: durationSchema.default(Duration.hours(2)),
  /** Namespaces whose jobs may use the queue, in addition to those of the jobs in this environment. @default none */
  namespaces: z.array(labelNameSchema).default([]),
});

/** Section `kueue`: the operator, and queues that jobs wait in. */
export const kueueSectionSchema = z.strictObject({
  /** The operator. @default one pod */
  operator: kueueOperatorSchema.prefault({}),
  /** Topologies by name: how near to each other the nodes of a pool are. A pool is in one topology at most. @default none */
  topologies: z.record(labelNameSchema, topologySchema).default({}),
  /** Cohorts by name. @default none */
  cohorts: z.record(labelNameSchema, cohortSchema).default({}),
  /** Queues by name; jobs refer to them as `queue`. */
  queues: z.record(labelNameSchema, queueSchema),
});

/** Props of the operator. */
export type KueueOperatorProps = PropsOf<typeof kueueOperatorSchema>;

/** Settings of the operator. */
export type KueueOperatorSettings = SettingsOf<typeof kueueOperatorSchema>;

/** Settings of a cohort. */
export type CohortSettings = SettingsOf<typeof cohortSchema>;

/** Settings of a topology. */
export type TopologySettings = SettingsOf<typeof topologySchema>;

/** Props of a queue. */
export type QueueProps = PropsOf<typeof queueSchema>;

/** Settings of a queue: its props with every default filled in. */
export type QueueSettings = SettingsOf<typeof queueSchema>;

/** Settings of the section. */
export type KueueSettings = SettingsOf<typeof kueueSectionSchema>;
