/** Props of services of language models. */

import { z } from "zod";
import { imageSchema, labelNameSchema, secretRefSchema, sizeSchema } from "#lib/core/schema";
import { Size } from "#lib/core/size";
import { type PropsOf, ref, type SettingsOf } from "#lib/kube/props";
import { modelSchema, pathSchema } from "./model-schema";
import { routerSchema } from "./router-schema";
import { commonProps } from "./service-schema";

const countSchema = z.int().min(1).max(1_000_000);

/** The shape of a model, in the words of its `config.json`. */
const shapeSchema = z.strictObject({
  /** Parameters, in billions; of a mixture of experts all of them. */
  parameters: z.number().min(0.001).max(10_000),
  /** `num_hidden_layers`. */
  layers: countSchema.max(1000),
  /** `num_attention_heads`. */
  attentionHeads: countSchema.max(1000),
  /** `num_key_value_heads`. @default as many as `attentionHeads` */
  keyValueHeads: countSchema.max(1000).optional(),
  /** `head_dim`: `hidden_size` divided by `num_attention_heads`, where the file has none. */
  headSize: countSchema.max(4096),
  /** Precision of the weights. @default "bfloat16" */
  weights: z.enum(["float32", "bfloat16", "float16", "fp8", "int8", "int4"]).default("bfloat16"),
});

const adapterSchema = z.strictObject({
  /** Storage that holds the adapter. */
  storage: ref("modelStorage"),
  /** Folder of the storage. */
  path: pathSchema,
  /** Rank of the adapter. @default 16 */
  rank: z.union([z.literal(8), z.literal(16), z.literal(32), z.literal(64), z.literal(128), z.literal(256)]).default(16),
});

const scalingSchema = z.strictObject({
  /** Most pods. */
  max: z.int().min(2).max(1000),
  /** Waiting requests for each pod from which on there is one more. @default 5 */
  waitingRequests: z.int().min(1).max(10_000).default(5),
});

/** Props of a service of a language model. */
export const llmSchema = z.strictObject({
  ...commonProps,
  /** The model. */
  model: modelSchema,
  /** Its shape, from which the GPU memory that it needs is computed. */
  shape: shapeSchema,
  /** Name by which requests call it. @default the name of the service */
  modelName: z
    .string()
    .regex(/^[\w./-]+$/, { error: "a name such as qwen2.5-7b" })
    .optional(),
  /** Node pool with GPUs. */
  pool: ref("nodePool"),
  /** Image of vLLM. @default that of the pin */
  image: imageSchema.optional(),
  /** Tokens of one request and its answer. @default 8192 */
  contextLength: z.int().min(128).max(10_000_000).default(8192),
  /** Requests of this length that are served at the same time; more wait. @default 16 */
  concurrentSequences: z.int().min(1).max(4096).default(16),
  /** Nodes that hold a part of the model each; more than one requires `leaderWorkerSet`. @default 1 */
  nodes: z.int().min(1).max(64).default(1),
  /** GPUs that share each layer: of one node. @default 1 */
  tensorParallel: z.int().min(1).max(64).default(1),
  /** Groups of such GPUs that hold a part of the layers each: a multiple of `nodes`, as every node has as many of them. @default 1 */
  pipelineParallel: z.int().min(1).max(64).default(1),
  /** Precision of the KV cache; `auto` is that of the computation: 16 bits, or 32 for weights of 32. @default "auto" */
  keyValueCache: z.enum(["auto", "fp8"]).default("auto"),
  /** Part of the GPU memory that vLLM uses. @default 0.9 */
  gpuMemoryUtilization: z.number().min(0.1).max(0.98).default(0.9),
  /** Memory of each GPU for activations, CUDA graphs and communication. @default 2Gi */
  gpuWorkspace: sizeSchema.default(Size.gibibytes(2)),
  /** LoRA adapters by the name by which requests call them. @default none */
  adapters: z.record(labelNameSchema, adapterSchema).default({}),
  /** Key that requests must bring. @default none: everybody whom the network lets through */
  apiKey: secretRefSchema.optional(),
  /** CPU cores of a pod. @default 4 */
  cpu: z.number().min(1).max(512).default(4),
  /** Memory of a pod. @default 16Gi */
  memory: sizeSchema.default(Size.gibibytes(16)),
  /** Local disk of a pod: the model is fetched to it. @default 10Gi, and the size of the weights and a tenth more where they are fetched */
  scratch: sizeSchema.optional(),
  /** Copies of the model, each with all of its GPUs; with `scaling` the fewest. @default 1 */
  replicas: z.int().min(1).max(1000).default(1),
  /** More pods while requests wait; requires `keda` and `monitoring`. @default always `replicas` */
  scaling: scalingSchema.optional(),
  /** A way in through a Gateway that knows what the pods have in their KV caches: the model is then an LLMInferenceService of KServe. @default none: the Service spreads requests */
  router: routerSchema.optional(),
});

/** Props of a service of a language model. */
export type LlmProps = PropsOf<typeof llmSchema>;

/** Settings of a service of a language model. */
export type LlmSettings = SettingsOf<typeof llmSchema>;
