/** Pre-trained models in the contract suite. */

import { ModelStorage } from "#lib/components/model-storage/index";
import { NodePool } from "#lib/components/node-pools/index";
import {
  PretrainedModel,
  type PretrainedModelProps,
  pretrainedModelSchema,
  pretrainedModelsPin,
} from "#lib/components/pretrained-models/index";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { bucketWith } from "../../../fixtures/bucket";
import { elsewhere } from "../mlflow/places";
import { artifact, bert } from "./models";

const storage = new ModelStorage(elsewhere, "pretrained-storage", { name: "storage", bucket: bucketWith("models") });
const pool = new NodePool(elsewhere, "pretrained-pool", {
  name: "fetch",
  type: "static",
  nodes: 1,
  node: { cpu: 4, memory: Size.gibibytes(16) },
});
const bucket = { type: "bucket", bucket: bucketWith("others", { location: { endpoint: "http://other:9000" } }) } as const;

const model = contractEntry<PretrainedModelProps>({
  title: "PretrainedModel",
  pin: pretrainedModelsPin,
  schema: pretrainedModelSchema,
  build: (scope, props) => new PretrainedModel(scope, "Subject", { ...props, name: "subject" }),
  smallest: bert,
  variants: {
    source: { source: { type: "oci", artifact } },
    files: { files: { "model.onnx": bert.files["model.safetensors"] } },
    size: { size: Size.gibibytes(16) },
    licence: { licence: "mit" },
    place: { place: { type: "bucket", storage } },
    facts: { facts: { parameters: 33_400_000, precision: "float32", embeddingDimensions: 384 } },
    deadline: { deadline: Duration.hours(1) },
    pool: { pool },
  },
  refused: {
    "spec.wrong-value": { source: { ...bert.source, revision: "main" } },
    "pretrained-models.unsafe-format": { files: { "pytorch_model.bin": bert.files["model.safetensors"] } },
    "pretrained-models.weights": { files: { "config.json": bert.files["config.json"] } },
    "pretrained-models.buckets-differ": { source: bucket, place: { type: "bucket", storage } },
    "pods.fit-no-machine": { pool: tooSmall() },
  },
});

function tooSmall(): NodePool {
  const node = { cpu: 1, memory: Size.gibibytes(1) };
  return new NodePool(elsewhere, "pretrained-small", { name: "small", type: "static", nodes: 1, node });
}

/** What the contract suite tries. */
export const entries = [model];
