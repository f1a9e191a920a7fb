/** Props of Beam's runners. */

import { z } from "zod";
import { DEFAULT_BEAM_SDK, DEFAULT_PYTHON } from "#lib/beam/matrix";
import { imageSchema, labelNameSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { BEAM_SDK_VERSIONS, PYTHON_VERSIONS } from "#lib/kube/beam-runner";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";

const versions = {
  /** Version of Beam's SDK. @default "2.77.0" */
  beamSdk: z.enum(BEAM_SDK_VERSIONS).default(DEFAULT_BEAM_SDK),
  /** Version of Python. @default "3.11" */
  python: z.enum(PYTHON_VERSIONS).default(DEFAULT_PYTHON),
};

const place = {
  /** Namespace of the pipelines' pods. @default "beam" */
  namespace: labelNameSchema.default("beam"),
  /** Image with the packages of your transforms. @default Beam's SDK image of the versions */
  image: imageSchema.optional(),
};

const data = {
  /** Buckets that all pods read and write; Beam needs its extra `aws`, `gcp` or `azure` in the image. @default none */
  buckets: z.array(ref("bucket")).default([]),
  /** Model storage that all pods read, such as models for batch inference. @default none */
  models: z.array(ref("modelStorage")).default([]),
};

const pod = {
  /** CPU cores of each pipeline's pod. @default 1 */
  cpu: z.number().min(0.1).max(256).default(1),
  /** Memory of each pipeline's pod. @default 2Gi */
  memory: sizeSchema.default(Size.gibibytes(2)),
  /** Local disk of each pipeline's pod. @default 1Gi */
  scratch: sizeSchema.default(Size.gibibytes(1)),
  /** Node pool that the pods run on. @default any node without taints */
  pool: ref("nodePool").optional(),
};

/** Props of Beam's in-process runner. */
export const directRunnerSchema = z.strictObject({
  /** Beam's own runner, in the pod of the pipeline: `parallelism` is the number of its processes. */
  type: z.literal("direct"),
  ...versions,
  ...place,
  ...data,
  ...pod,
});

/** Props of Prism. */
export const prismRunnerSchema = z.strictObject({
  /** Beam's Prism, in the pod of the pipeline. */
  type: z.literal("prism"),
  ...versions,
  ...place,
  ...data,
  ...pod,
  /** Where Prism is: a path in the image, or an https address of its archive. @default the archive of Beam's release on GitHub */
  location: z
    .string()
    .regex(/^(?:\/[^\s/]+)+$|^https:\/\/[^\s/]+\/\S+$/, { error: "a path such as /opt/prism, or an https address" })
    .optional(),
});

/** Props of Spark. */
export const sparkRunnerSchema = z.strictObject({
  /** Spark 3.5 in the pod of the pipeline, inside of Beam's job server: `parallelism` is the number of its task threads. */
  type: z.literal("spark"),
  ...versions,
  ...place,
  ...data,
  ...pod,
  /** Container in which Python runs the transforms, beside Spark. @default 1 core and 2Gi */
  workers: z
    .strictObject({
      /** CPU cores. @default 1 */
      cpu: z.number().min(0.1).max(256).default(1),
      /** Memory. @default 2Gi */
      memory: sizeSchema.default(Size.gibibytes(2)),
    })
    .prefault({}),
});

/** Props of Dask. */
export const daskRunnerSchema = z.strictObject({
  /** Beam's experimental runner on a Dask cluster: `parallelism` is the number of partitions. */
  type: z.literal("dask"),
  /** Cluster whose image has Beam 2.77.0; pipelines run in its namespace, and their submitters in its image. */
  cluster: ref("taskCluster"),
  ...pod,
});

const NO_RAY = "use another runner: Beam has none for Ray (apache/beam#21508); jobs of Ray itself are in the section ray";

/** Props of a runner. */
export const beamRunnerSchema = z.discriminatedUnion("type", [directRunnerSchema, prismRunnerSchema, sparkRunnerSchema, daskRunnerSchema], {
  error: ({ input }) => (typeof input === "object" && input !== null && Reflect.get(input, "type") === "ray" ? NO_RAY : undefined),
});

/** Section `beamRunners`: runners by name; pipelines refer to them by it. */
export const beamRunnersSchema = z.record(labelNameSchema, beamRunnerSchema);

/** Props of a runner. */
export type BeamRunnerProps = PropsOf<typeof beamRunnerSchema>;

/** Props of Beam's in-process runner. */
export type DirectRunnerProps = PropsOf<typeof directRunnerSchema>;

/** Props of Prism. */
export type PrismRunnerProps = PropsOf<typeof prismRunnerSchema>;

/** Props of Spark. */
export type SparkRunnerProps = PropsOf<typeof sparkRunnerSchema>;

/** Props of Dask. */
export type DaskRunnerProps = PropsOf<typeof daskRunnerSchema>;

/** Settings of a runner: its props with every default filled in. */
export type BeamRunnerSettings = SettingsOf<typeof beamRunnerSchema>;

/** Settings of Spark. */
export type SparkRunnerSettings = SettingsOf<typeof sparkRunnerSchema>;
