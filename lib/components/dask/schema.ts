/** Props of Dask: the operator, clusters and jobs. */

import { z } from "zod";
import { durationSchema, imageSchema, labelNameSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { existingProp } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import { environmentSchema } from "#lib/kube/pod-parts";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

/** Props of the operator. It runs one pod: a second one would reconcile the same objects. */
export const daskOperatorSchema = z.strictObject({
  ...existingProp,
  /** Requests and limits of the operator's pod. @default 0.1 cores and 256Mi, at most 1 core and 512Mi */
  resources: partResourcesSchema.optional(),
});

/** Props that pods of every role share. */
const podSchema = z.strictObject({
  /** CPU cores of a pod. @default 1 */
  cpu: z.number().min(0.1).max(256).default(1),
  /** Memory of a pod. @default 2Gi */
  memory: sizeSchema.default(Size.gibibytes(2)),
  /** Local disk of a pod, where workers spill what their memory does not hold. @default 10Gi */
  scratch: sizeSchema.default(Size.gibibytes(10)),
  /** Node pool that the pods run on. @default any node without taints */
  pool: ref("nodePool").optional(),
});

const workersSchema = podSchema.extend({
  /** Worker pods. @default 1 */
  replicas: z.int().min(0).max(10_000).default(1),
  /** Threads of a worker, each of which runs a task. @default one for each core */
  threads: z.int().min(1).max(512).optional(),
  /** Accelerators of a worker; requires a pool that has them. @default 0 */
  accelerators: z.int().min(0).max(64).default(0),
});

/** What clusters and jobs have in common. */
const base = {
  /** Namespace. @default "dask" */
  namespace: labelNameSchema.default("dask"),
  /** Image with Dask and the packages of your code; metrics require `prometheus-client` in it. @default Dask's own image at the operator's version */
  image: imageSchema.optional(),
  /** Scheduler pod. @default 1 core and 2Gi */
  scheduler: podSchema.prefault({}),
  /** Worker pods. @default one of 1 core and 2Gi */
  workers: workersSchema.prefault({}),
  /** Environment variables of all pods: texts, and keys of Secrets that exist. @default none */
  env: environmentSchema.default({}),
  /** Buckets that all pods read and write. @default none */
  buckets: z.array(ref("bucket")).default([]),
  /** TCP ports outside of the cluster that all pods reach, such as 443 for packages and data. @default none */
  outsidePorts: z.array(z.int().min(1).max(65_535)).default([]),
  /** Annotations of the pods' ServiceAccount, such as a cloud identity. @default none */
  serviceAccountAnnotations: z.record(z.string(), z.string()).default({}),
};

/** Props of a cluster. */
export const daskClusterSchema = z.strictObject({
  ...base,
  /** Further groups of workers, such as some with accelerators. @default none */
  workerGroups: z.record(labelNameSchema, workersSchema).default({}),
  /** Starts and stops workers of `workers` as the scheduler needs them; groups keep their size. @default a fixed number of workers */
  autoscaling: z
    .strictObject({
      /** Fewest workers. @default 0 */
      min: z.int().min(0).max(10_000).default(0),
      /** Most workers: what is counted in budgets of accelerators and quotas. */
      max: z.int().min(1).max(10_000),
    })
    .optional(),
  /** Namespaces whose pods may connect to the scheduler: they run any code on the workers. @default none */
  clients: z.array(labelNameSchema).default([]),
});

/** Props of a job: a program with a cluster of its own, which ends with it. */
export const daskJobSchema = z.strictObject({
  ...base,
  /** The program with its arguments, such as `["python", "/app/main.py"]`; `DASK_SCHEDULER_ADDRESS` names its scheduler. */
  command: z.array(z.string()).min(1),
  /** Pod that runs the program. @default 1 core and 2Gi */
  runner: podSchema.prefault({}),
  /** What happens when the program fails: `never` ends the job, `on-failure` starts it again until `deadline`. @default "never" */
  restart: z.enum(["never", "on-failure"]).default("never"),
  /** Time after which the program is stopped and the job has failed. @default none */
  deadline: durationSchema.optional(),
});

/** Section `dask`: the operator, clusters and jobs. */
export const daskSectionSchema = z.strictObject({
  /** The operator. @default one pod */
  operator: daskOperatorSchema.prefault({}),
  /** Clusters by name. @default none */
  clusters: z.record(labelNameSchema, daskClusterSchema).default({}),
  /** Jobs by name; each change of one runs it again. @default none */
  jobs: z.record(labelNameSchema, daskJobSchema).default({}),
});

/** Props of the operator. */
export type DaskOperatorProps = PropsOf<typeof daskOperatorSchema>;

/** Settings of the operator. */
export type DaskOperatorSettings = SettingsOf<typeof daskOperatorSchema>;

/** Props of a cluster. */
export type DaskClusterProps = PropsOf<typeof daskClusterSchema>;

/** Settings of a cluster: its props with every default filled in. */
export type DaskClusterSettings = SettingsOf<typeof daskClusterSchema>;

/** Props of a job. */
export type DaskJobProps = PropsOf<typeof daskJobSchema>;

/** Settings of a job: its props with every default filled in. */
export type DaskJobSettings = SettingsOf<typeof daskJobSchema>;

/** What clusters and jobs have in common. */
export type CommonSettings = Pick<DaskClusterSettings, keyof typeof base>;

/** Settings of a pod. */
export type PodSettings = CommonSettings["scheduler"];

/** Settings of a group of workers. */
export type WorkersSettings = CommonSettings["workers"];
