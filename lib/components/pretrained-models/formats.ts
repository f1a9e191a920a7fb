/** Formats of files: weights that execute nothing when they are loaded, and what goes with them. */

import { compareText } from "#lib/core/order";
import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import type { ModelFormat } from "#lib/kube/pretrained-model";

const WEIGHTS: ReadonlyMap<string, ModelFormat> = new Map([
  ["safetensors", "safetensors"],
  ["onnx", "onnx"],
  // Tensors of an ONNX model above 2 GiB, which protobuf cannot hold. Source: ONNX, docs/ExternalData.md.
  ["onnx_data", "onnx"],
  ["gguf", "gguf"],
]);

/** Configuration and tokenizers: texts, and `.model` of SentencePiece, which is protobuf. */
const BESIDE: ReadonlySet<string> = new Set(["json", "jsonl", "txt", "md", "model", "jinja", "tiktoken", "yaml", "spm"]);

const endingOf = (path: string) => /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";

/** Format of the weights among the files. */
export function formatOf(files: Readonly<Record<string, string>>): ModelFormat {
  return formatsIn(files)[0] ?? "safetensors";
}

function formatsIn(files: Readonly<Record<string, string>>): ModelFormat[] {
  const found = Object.keys(files).flatMap((path) => WEIGHTS.get(endingOf(path)) ?? []);
  return [...new Set(found)].sort(compareText);
}

/** Problems of files: formats that may execute code, and weights of none or of two formats. `path` is that of the model's props. */
export function fileProblems(files: Readonly<Record<string, string>>, path: string): Problem[] {
  const unsafe = Object.keys(files).filter((file) => !WEIGHTS.has(endingOf(file)) && !BESIDE.has(endingOf(file)));
  const formats = formatsIn(files);
  return [
    ...unsafe.map((file) => unsafeFormat(file, joinPath(`${path}.files`, [file]))),
    ...(formats.length === 1 || unsafe.length > 0 ? [] : [weightsOf(formats, `${path}.files`)]),
  ];
}

/** PyTorch, Keras, joblib and pickle files execute code when they are loaded; Python files are code. */
function unsafeFormat(file: string, path: string): Problem {
  return {
    id: "pretrained-models.unsafe-format",
    path,
    got: `the file ${file}`,
    allowed: `weights as ${[...WEIGHTS.keys()].map((ending) => `.${ending}`).join(", ")}; beside them ${[...BESIDE].map((ending) => `.${ending}`).join(", ")}`,
    fix: "take the safetensors, ONNX or GGUF files of the model: pickle files and scripts execute code when they are loaded",
  };
}

function weightsOf(formats: readonly ModelFormat[], path: string): Problem {
  return {
    id: "pretrained-models.weights",
    path,
    got: formats.length === 0 ? "no weights" : `weights as ${formats.join(" and ")}`,
    allowed: "weights of one format: safetensors, ONNX or GGUF",
    fix: formats.length === 0 ? "list the files of the weights, too" : "make a model of each format",
  };
}
