/** Rules on pre-trained models that a service reads. */

import type { Problem } from "#lib/core/problem";
import type { IPretrainedModel, ModelFormat } from "#lib/kube/pretrained-model";
import type { LlmSettings } from "./llm-schema";
import { isOnClaim } from "./model";
import type { InferenceServiceSettings, ModelSettings, RuntimeSettings } from "./service-schema";

/** Formats that a server reads; the other ones want files of their own framework. */
const FORMATS: Readonly<Partial<Record<RuntimeSettings["type"], readonly ModelFormat[]>>> = {
  huggingface: ["safetensors"],
  triton: ["onnx"],
  custom: ["safetensors", "onnx", "gguf"],
};

/** Problems of the pre-trained models of a predictive service; `path` is its path in the file. */
export function pretrainedProblems({ runtime, model, canary, scaling }: InferenceServiceSettings, path: string): Problem[] {
  const formats = FORMATS[runtime.type] ?? [];
  return [
    ...formatProblems(model, { server: runtime.type, formats, path: `${path}.model` }),
    ...formatProblems(canary?.model, { server: runtime.type, formats, path: `${path}.canary.model` }),
    ...(canary && (isOnClaim(model) || isOnClaim(canary.model)) ? [canaryOnClaim(`${path}.canary`)] : []),
    ...claimProblems(model, { nodes: 1, pods: scaling.type === "cpu" ? scaling.max : scaling.replicas }, path),
  ];
}

/** Problems of the pre-trained model of a language model: what its card says against what the service says. */
export function pretrainedLlmProblems({ model, shape, contextLength, nodes, replicas, scaling }: LlmSettings, path: string): Problem[] {
  if (model.type !== "pretrained") return [];
  const { facts, name } = model.model;
  return [
    ...formatProblems(model, { server: "vLLM", formats: ["safetensors"], path: `${path}.model` }),
    ...claimProblems(model, { nodes, pods: scaling?.max ?? replicas }, path),
    ...(facts ? shapeProblems(shape, { name, facts }, `${path}.shape`) : []),
    ...(facts?.contextLength !== undefined && contextLength > facts.contextLength
      ? [contextTooLong(contextLength, { name, most: facts.contextLength }, path)]
      : []),
  ];
}

interface Readers {
  /** Nodes that hold a part of the model each. */
  readonly nodes: number;
  /** Most copies of the model. */
  readonly pods: number;
}

/** A claim of one node: a pod on another one waits for the volume for ever. Copies are spread over nodes, but may share one where the pool has no other. */
function claimProblems(model: ModelSettings | undefined, { nodes, pods }: Readers, path: string): Problem[] {
  if (model?.type !== "pretrained" || model.model.isOnSeveralNodes) return [];
  if (nodes > 1) return [claimOfOneNode(model.model, nodes, path)];
  return pods > 1 ? [claimOfOnePod(model.model, pods, path)] : [];
}

function claimOfOneNode({ name }: IPretrainedModel, nodes: number, path: string): Problem {
  return {
    id: "kserve.claim-of-one-node",
    path: `${path}.model`,
    got: `the model ${name} in a volume of one node, with ${nodes} nodes`,
    allowed: "a model that pods on several nodes can read",
    fix: fixOf(name),
  };
}

function claimOfOnePod({ name }: IPretrainedModel, pods: number, path: string): Problem {
  return {
    id: "kserve.copies-on-one-node",
    severity: "warning",
    path: `${path}.model`,
    got: `the model ${name} in a volume of one node, with up to ${pods} pods, which are spread over nodes`,
    allowed: "a model that pods on several nodes can read, or a pool of one node",
    fix: fixOf(name),
  };
}

function fixOf(name: string): string {
  return `set pretrainedModels.models.${name}.place.accessMode to "ReadWriteMany", or its place to a bucket`;
}

interface FormatPlace {
  readonly server: string;
  readonly formats: readonly ModelFormat[];
  readonly path: string;
}

function formatProblems(model: ModelSettings | undefined, { server, formats, path }: FormatPlace): Problem[] {
  if (model?.type !== "pretrained" || formats.includes(model.model.format)) return [];
  return [
    {
      id: "kserve.model-format",
      path,
      got: `${model.model.name}, in the format ${model.model.format}, for ${server}`,
      allowed: formats.length > 0 ? `a model in ${formats.join(", ")}` : "a model of its framework: from a storage or a registry",
      fix: "choose another model, or a runtime that reads this format",
    },
  ];
}

/** KServe wants an address of each model beside a canary, and mounts a claim by its address a second time. */
function canaryOnClaim(path: string): Problem {
  return {
    id: "kserve.canary-on-claim",
    path,
    got: "a canary of models on a claim",
    allowed: 'pre-trained models with place: { type: "bucket" }, whose address KServe knows',
    fix: "put both models into a model storage, or remove canary",
  };
}

/** A tenth of a billion more or less is rounding. */
const ROUNDING = 0.1;

function shapeProblems(
  { parameters, layers, attentionHeads, keyValueHeads = attentionHeads, headSize }: LlmSettings["shape"],
  { name, facts }: { readonly name: string; readonly facts: NonNullable<IPretrainedModel["facts"]> },
  path: string,
): Problem[] {
  const said = [
    { key: "parameters", got: parameters, fact: facts.parameters / 1e9, tolerance: Math.max(ROUNDING, parameters * 0.02) },
    { key: "layers", got: layers, fact: facts.layers, tolerance: 0 },
    { key: "keyValueHeads", got: keyValueHeads, fact: facts.kvHeads, tolerance: 0 },
    { key: "headSize", got: headSize, fact: facts.headDimension, tolerance: 0 },
  ];
  return said.flatMap(({ key, got, fact, tolerance }) =>
    fact === undefined || Math.abs(got - fact) <= tolerance
      ? []
      : [
          {
            id: "kserve.shape-differs",
            path: `${path}.${key}`,
            got: `${got}`,
            allowed: `${fact}, as the facts of the pre-trained model ${name} say`,
            fix: "copy both from the card of the model",
          },
        ],
  );
}

/** Source: vLLM v0.33.0, config/model.py, get_and_verify_max_len: it does not start. */
function contextTooLong(got: number, { name, most }: { readonly name: string; readonly most: number }, path: string): Problem {
  return {
    id: "kserve.context-too-long",
    path: `${path}.contextLength`,
    got: `${got} tokens`,
    allowed: `at most ${most}, which ${name} was trained for`,
    fix: "lower contextLength",
  };
}
