/** Props of services of predictive models. */

import { z } from "zod";
import { imageSchema, labelNameSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { environmentSchema } from "#lib/kube/pod-parts";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { modelSchema } from "./model-schema";
import { splitSchema } from "./split-schema";

const portSchema = z.int().min(1).max(65_535);
const countSchema = z.int().min(1).max(1000);
const words = z.array(z.string());

const runtimeSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("sklearn") }),
  z.strictObject({ type: z.literal("xgboost") }),
  z.strictObject({ type: z.literal("lightgbm") }),
  z.strictObject({
    type: z.literal("mlserver"),
    /** What the model was made with. */
    format: z.enum(["sklearn", "xgboost", "lightgbm", "mlflow"]),
  }),
  /** Triton: a model repository of TensorRT, TensorFlow, ONNX or PyTorch models. */
  z.strictObject({ type: z.literal("triton") }),
  /** TorchServe: `model-store` with archives and `config/config.properties`. */
  z.strictObject({ type: z.literal("torchserve") }),
  z.strictObject({
    type: z.literal("huggingface"),
    /** Task of the model, such as `text_classification`. @default that of its configuration */
    task: z
      .string()
      .regex(/^[a-z0-9_]+$/, { error: "a task such as text_classification" })
      .optional(),
  }),
  z.strictObject({
    type: z.literal("custom"),
    /** Image of the server: it serves HTTP on port 8080. */
    image: imageSchema,
    /** Command. @default that of the image */
    command: words.optional(),
    /** Arguments. @default those of the image */
    args: words.optional(),
    /** Protocol that it speaks. @default "v2" */
    protocol: z.enum(["v1", "v2"]).default("v2"),
    /** Path that answers when it is ready. @default the port accepts connections */
    readiness: z.string().startsWith("/").optional(),
    /** Port of its metrics at `/metrics`. @default it has none */
    metricsPort: portSchema.optional(),
  }),
]);

const scalingSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("fixed"),
    /** Pods. @default 1 */
    replicas: countSchema.default(1),
  }),
  z.strictObject({
    type: z.literal("cpu"),
    /** Fewest pods. @default 1 */
    min: z.int().min(0).max(1000).default(1),
    /** Most pods. */
    max: countSchema,
    /** Average use of the requested cores, in percent, that it aims at. @default 80 */
    utilization: z.int().min(1).max(100).default(80),
  }),
]);

const revisionSchema = labelNameSchema.max(20);

const canarySchema = z.strictObject({
  /** Name of the new revision, such as `v2`. */
  revision: revisionSchema,
  /** Share of the requests, in percent. It is the share of the pods: 10 needs ten pods. */
  trafficPercent: z.int().min(1).max(99),
  /** Its model. */
  model: modelSchema,
  /** Its image. @default that of the service */
  image: imageSchema.optional(),
});

/** A transformer or an explainer. */
const partSchema = z.strictObject({
  /** Image: it serves HTTP on port 8080, and calls the predictor at `--predictor_host`. */
  image: imageSchema,
  /** Command. @default that of the image */
  command: words.optional(),
  /** Arguments, before those that KServe adds. @default none */
  args: words.default([]),
  /** CPU cores. @default 0.5 */
  cpu: z.number().min(0.01).max(128).default(0.5),
  /** Memory. @default 512Mi */
  memory: sizeSchema.default(Size.mebibytes(512)),
  /** Pods. @default 1 */
  replicas: countSchema.default(1),
  /** Environment variables; values or keys of Secrets. @default none */
  env: environmentSchema.default({}),
});

/** Props that all services share. */
export const commonProps = {
  /** Namespace. @default "serving" */
  namespace: labelNameSchema.default("serving"),
  /** User of the image. @default 1000 */
  user: z.int().min(1).max(2_147_483_647).default(1000),
  /** Node pool. @default any node without taints */
  pool: ref("nodePool").optional(),
  /** Environment variables of the server; values or keys of Secrets. @default none */
  env: environmentSchema.default({}),
  /** Namespaces whose pods may call it. @default none: it is closed */
  callers: z.array(labelNameSchema).default([]),
  /** `surge` starts the new pod first, which needs its resources twice; `replace` stops the old one first. @default "surge" */
  rollout: z.enum(["surge", "replace"]).default("surge"),
  /** Annotations of the ServiceAccount, such as those of a cloud identity. @default none */
  serviceAccountAnnotations: z.record(z.string(), z.string()).default({}),
};

/** Props of a service of a predictive model. */
export const inferenceServiceSchema = z.strictObject({
  ...commonProps,
  /** What serves the model. */
  runtime: runtimeSchema,
  /** The model. @default that of the image, which only `custom` may have */
  model: modelSchema.optional(),
  /** Image. @default that of the runtime */
  image: imageSchema.optional(),
  /** CPU cores of a pod. @default 1 */
  cpu: z.number().min(0.01).max(512).default(1),
  /** Memory of a pod. @default 2Gi */
  memory: sizeSchema.default(Size.gibibytes(2)),
  /** Local disk of a pod: the model is fetched to it. @default 5Gi */
  scratch: sizeSchema.default(Size.gibibytes(5)),
  /** Accelerators of a pod; requires a pool that has them. @default 0 */
  accelerators: z.int().min(0).max(64).default(0),
  /** Number of pods. @default one */
  scaling: scalingSchema.prefault({ type: "fixed" }),
  /** Name of the revision that serves, such as `v1`. To promote a canary, put its name and model here and remove `canary`. @default none */
  revision: revisionSchema.optional(),
  /** A new revision beside it that gets a share of the requests. To roll back, remove it. @default none */
  canary: canarySchema.optional(),
  /** Pods for a newer version of the model, and what leads a share of the requests to them. A feedback loop decides which version and how much. @default none */
  trafficSplit: splitSchema.optional(),
  /** What prepares requests and answers, in pods of its own. @default none */
  transformer: partSchema.optional(),
  /** Feature store that prepares requests: the configuration of its clients, where Feast's SDK finds it, and the way there, for the transformer, or the server where there is none. @default none */
  featureStore: ref("featureStore").optional(),
  /** What explains predictions at `:explain` of protocol v1, in pods of its own, at `http://<name>-explainer.<namespace>.svc`. @default none */
  explainer: partSchema.optional(),
});

/** Props of a service of a predictive model. */
export type InferenceServiceProps = PropsOf<typeof inferenceServiceSchema>;

/** Settings of a service of a predictive model. */
export type InferenceServiceSettings = SettingsOf<typeof inferenceServiceSchema>;

/** Settings of a model. */
export type ModelSettings = SettingsOf<typeof modelSchema>;

/** Settings of a runtime. */
export type RuntimeSettings = InferenceServiceSettings["runtime"];
