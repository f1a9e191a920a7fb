/** Role of a pre-trained model: fetched once, verified, and read by fine-tuning, embeddings and serving. */

import { PersistentVolumeClaim, Volume, type VolumeMount } from "cdk8s-plus-28";
import type { Construct, IConstruct, IDependable } from "constructs";
import { z } from "zod";
import type { JsonObject } from "#lib/core/json";
import type { IBucket } from "./bucket";
import { type BucketEnvironment, bucketFlows, bucketUri } from "./bucket-clients";
import { bucketSet } from "./bucket-set";
import type { CaMount } from "./ca-mount";
import type { IModelStorage } from "./model-storage";
import type { FlowProps, PodsEnd } from "./network";

/** Formats that hold numbers only: to load a model of one executes nothing. */
export type ModelFormat = "safetensors" | "onnx" | "gguf";

/** Precisions of weights. */
const PRECISIONS = ["float32", "float16", "bfloat16", "float8", "int8", "int4"] as const;

const count = z.int().min(1).max(10_000_000);

/** What a model's card and `config.json` say of its size: from it users of the model compute memory. */
export const modelFactsSchema = z.strictObject({
  /** Number of parameters, such as `8.03e9`. */
  parameters: z.number().int().min(1).max(1e14),
  /** Precision of the weights in the files. */
  precision: z.enum(PRECISIONS),
  /** Layers: `num_hidden_layers`. @default unknown */
  layers: count.optional(),
  /** Heads of keys and values: `num_key_value_heads`, else `num_attention_heads`. @default unknown */
  kvHeads: count.optional(),
  /** Dimension of a head: `head_dim`, else `hidden_size` divided by `num_attention_heads`. @default unknown */
  headDimension: count.optional(),
  /** Tokens that the model can read at once: `max_position_embeddings`. @default unknown */
  contextLength: count.optional(),
  /** Length of the vectors that an embedding model makes. @default the model makes no embeddings, or unknown */
  embeddingDimensions: count.optional(),
});

/** What a model's card says of its size. */
export type ModelFacts = z.output<typeof modelFactsSchema>;

/** Where pods of a namespace find the model. */
type PretrainedModelPlace =
  /** A folder of a claim of the namespace. */
  | { readonly type: "volume"; readonly claim: string; readonly folder: string }
  /** A folder of a model storage. */
  | { readonly type: "bucket"; readonly storage: IModelStorage; readonly folder: string };

/** What pods of a namespace need. */
export interface PretrainedModelAccess {
  readonly place: PretrainedModelPlace;
  /** Readers depend on it: the Job that fetches the model. */
  readonly dependency: IDependable;
}

/** A pre-trained model. */
export interface IPretrainedModel extends IConstruct {
  /** Name in the environment. */
  readonly name: string;
  readonly format: ModelFormat;
  /** Paths of the files in the folder of the model. */
  readonly files: readonly string[];
  /** What identifies its content: the commit of a repository, or a digest. */
  readonly revision: string;
  /** @default unknown */
  readonly facts: ModelFacts | undefined;
  /** Model storage that it is in. @default none: it is in volumes */
  readonly storage: IModelStorage | undefined;
  /** Can pods on several nodes read it at the same time? */
  readonly isOnSeveralNodes: boolean;
  /** Opens the model to pods of a namespace; the same namespace twice is the same access. */
  enter(namespace: string): PretrainedModelAccess;
}

/** What a pod needs to read a model. */
interface PretrainedModelClient {
  /** URI as KServe and other servers take it: `pvc://<claim>/<folder>`, or that of the bucket in the scheme that most clients take. */
  readonly uri: string;
  /** Folder in the container. @default absent: the model is in a bucket, and clients read it from {@link uri} */
  readonly path?: string;
  /** Environment variables: `<NAME>_MODEL_URI` and, in a volume, `<NAME>_MODEL_PATH`; in a bucket, those of its SDKs. */
  readonly environment: BucketEnvironment;
  /** Volumes of the pod, and mounts of its container: read-only. */
  readonly volumes: readonly JsonObject[];
  readonly volumeMounts: readonly JsonObject[];
  /** Annotations of the ServiceAccount. */
  readonly annotations: Readonly<Record<string, string>>;
  /** How the CA of the bucket gets into the pod. @default clients trust it anyway */
  readonly trust?: CaMount;
  readonly dependencies: readonly IDependable[];
  /** Network flows of pods; `who` is the part of the policies' names that tells clients apart. */
  readonly flows: (who: string, from: PodsEnd) => FlowProps[];
}

/** Mounts of a model for containers of cdk8s-plus; `scope` owns the volume. None for a model in a bucket. */
export function modelVolumeMounts(scope: Construct, model: IPretrainedModel, namespace: string): VolumeMount[] {
  const { place } = model.enter(namespace);
  const { path } = pretrainedModelClient(model, namespace);
  if (place.type === "bucket" || path === undefined) return [];
  const name = `model-${model.name}`;
  const source = PersistentVolumeClaim.fromClaimName(scope, `Claim-${name}`, place.claim);
  const volume = Volume.fromPersistentVolumeClaim(scope, `Volume-${name}`, source, { name, readOnly: true });
  return [{ path, volume, subPath: place.folder, readOnly: true }];
}

/** Folder of a model in containers that choose no other one. */
export function modelFolder({ name }: Pick<IPretrainedModel, "name">): string {
  return `/models/${name}`;
}

/** Options of {@link pretrainedModelClient}. */
interface PretrainedModelOptions {
  /** Folder in the container. @default "/models/" and the name of the model */
  readonly mountPath?: string;
}

/** What pods of a namespace need to read a model. */
export function pretrainedModelClient(
  model: IPretrainedModel,
  namespace: string,
  { mountPath = modelFolder(model) }: PretrainedModelOptions = {},
): PretrainedModelClient {
  const { place, dependency } = model.enter(namespace);
  const prefix = `${model.name.toUpperCase().replaceAll("-", "_")}_MODEL`;
  if (place.type === "volume") return volumeClient(model.name, place, { prefix, mountPath, dependency });
  const { storage, folder } = place;
  const { environment, annotations, trust, dependencies } = bucketSet([storage], namespace);
  const uri = bucketUri(storage.location, folder);
  return {
    uri,
    environment: { ...environment, [`${prefix}_URI`]: uri },
    volumes: [],
    volumeMounts: [],
    annotations,
    ...(trust && { trust }),
    dependencies: [...dependencies, dependency],
    flows: (who, from) => bucketFlows(storage, who, from),
  };
}

/** Buckets, with those that models are in. */
export function bucketsWithModels(buckets: readonly IBucket[], models: readonly IPretrainedModel[]): IBucket[] {
  return [...new Set([...buckets, ...models.flatMap(({ storage }) => storage ?? [])])];
}

/** Variables of containers that read models. */
export function modelVariables(models: readonly IPretrainedModel[], namespace: string): BucketEnvironment {
  return Object.assign({}, ...models.map((model) => pretrainedModelClient(model, namespace).environment));
}

/** Volumes and mounts of models that are in volumes: read-only, each in its {@link modelFolder}. */
export function modelMounts(
  models: readonly IPretrainedModel[],
  namespace: string,
): Readonly<Record<"volumes" | "mounts", readonly JsonObject[]>> {
  const clients = models.map((model) => pretrainedModelClient(model, namespace));
  return { volumes: clients.flatMap(({ volumes }) => volumes), mounts: clients.flatMap(({ volumeMounts }) => volumeMounts) };
}

interface VolumeMountPlace {
  readonly prefix: string;
  readonly mountPath: string;
  readonly dependency: IDependable;
}

/** The claim read-only, and of it the model's folder only. */
function volumeClient(
  name: string,
  { claim, folder }: Extract<PretrainedModelPlace, { type: "volume" }>,
  { prefix, mountPath, dependency }: VolumeMountPlace,
): PretrainedModelClient {
  const volume = `model-${name}`;
  const uri = `pvc://${claim}/${folder}`;
  return {
    uri,
    path: mountPath,
    environment: { [`${prefix}_URI`]: uri, [`${prefix}_PATH`]: mountPath },
    volumes: [{ name: volume, persistentVolumeClaim: { claimName: claim, readOnly: true } }],
    volumeMounts: [{ name: volume, mountPath, subPath: folder, readOnly: true }],
    annotations: {},
    dependencies: [dependency],
    flows: () => [],
  };
}
