/** Rules on services of language models. */

import type { Problem } from "#lib/core/problem";
import { commonProblems } from "./checks";
import { cudaMemory, demandText, gib, gpuDemand, sequencesThatFit } from "./fit";
import type { LlmSettings } from "./llm-schema";
import { pretrainedLlmProblems } from "./pretrained-checks";
import { routerProblems } from "./router-checks";
import { gpusOf, scratchOf, VLLM_ENV } from "./vllm";

/** Problems of a service of a language model; `path` is its path in the file. */
export function llmProblems(name: string, settings: LlmSettings, path: string): Problem[] {
  const { adapters, model } = settings;
  const service = {
    ...settings,
    accelerators: gpusOf(settings),
    scratch: scratchOf(settings),
    owned: [...Object.keys(VLLM_ENV), "VLLM_API_KEY"],
    models: { model },
    storages: Object.values(adapters).map(({ storage }) => storage),
  };
  return [
    ...commonProblems(name, service, path),
    ...vendorProblems(settings, path),
    ...capabilityProblems(settings, path),
    ...parallelProblems(settings, path),
    ...nodesProblems(settings, path),
    ...fitProblems(settings, path),
    ...pretrainedLlmProblems(settings, path),
    ...routerProblems(settings, path),
  ];
}

/** The image of the pin is that for CUDA. Source: vLLM, "Using Docker". */
function vendorProblems({ pool, image }: LlmSettings, path: string): Problem[] {
  const { resource } = pool.capacity;
  if (image !== undefined || resource === undefined || resource.startsWith("nvidia.com/")) return [];
  return [
    {
      id: "kserve.image-for-cuda",
      path: `${path}.pool`,
      got: `the pool ${pool.name}, whose pods ask for ${resource}`,
      allowed: "a pool with GPUs of NVIDIA, or an image of vLLM for what the pool has",
      fix: "choose another pool, or set image",
    },
  ];
}

/** Oldest GPUs of the image of the pin, which is built with CUDA 13. Source: vLLM, "GPU", requirements of v0.21. */
const LEAST_CAPABILITY = 7.5;

/** Source: vLLM v0.33.0, platforms/cuda.py, check_if_supports_dtype. */
const BFLOAT16_CAPABILITY = 8;

/** A pool whose GPUs nobody has named is reported beside. */
function capabilityProblems({ pool, image, shape }: LlmSettings, path: string): Problem[] {
  const { name, computeCapability } = pool.accelerator ?? {};
  if (computeCapability === undefined) return [];
  const got = `${name}, of compute capability ${computeCapability.toFixed(1)}`;
  return [
    ...(image === undefined && computeCapability < LEAST_CAPABILITY ? [gpuTooOld(got, path)] : []),
    ...(shape.weights === "bfloat16" && computeCapability < BFLOAT16_CAPABILITY ? [noBfloat16(got, path)] : []),
  ];
}

function gpuTooOld(got: string, path: string): Problem {
  return {
    id: "kserve.gpu-too-old",
    path: `${path}.pool`,
    got: `a pool with ${got}`,
    allowed: `GPUs of compute capability ${LEAST_CAPABILITY} or later, or an image of vLLM for these`,
    fix: "choose another pool, or set image",
  };
}

function noBfloat16(got: string, path: string): Problem {
  return {
    id: "kserve.no-bfloat16",
    path: `${path}.shape.weights`,
    got: `bfloat16 on ${got}`,
    allowed: `float16 on these GPUs: bfloat16 needs compute capability ${BFLOAT16_CAPABILITY.toFixed(1)} or later`,
    fix: 'set shape.weights to "float16": vLLM converts the weights when it loads them; or choose another pool',
  };
}

/** Sources: vLLM, config/model.py, verify_with_parallel_config; distributed/utils.py, get_pp_indices. */
function parallelProblems({ shape, tensorParallel, pipelineParallel }: LlmSettings, path: string): Problem[] {
  return [
    ...(shape.attentionHeads % tensorParallel === 0 ? [] : [unevenHeads(shape.attentionHeads, tensorParallel, path)]),
    ...(pipelineParallel <= shape.layers ? [] : [tooManyStages(shape.layers, pipelineParallel, path)]),
    ...(shape.keyValueHeads === undefined || shape.attentionHeads % shape.keyValueHeads === 0 ? [] : [unevenGroups(shape, path)]),
  ];
}

function unevenHeads(heads: number, parallel: number, path: string): Problem {
  return {
    id: "kserve.uneven-heads",
    path: `${path}.tensorParallel`,
    got: `${heads} attention heads on ${parallel} GPUs`,
    allowed: "a number of GPUs that divides the attention heads",
    fix: "change tensorParallel, or use pipelineParallel for the rest",
  };
}

function tooManyStages(layers: number, stages: number, path: string): Problem {
  return {
    id: "kserve.too-many-stages",
    path: `${path}.pipelineParallel`,
    got: `${stages} parts of ${layers} layers`,
    allowed: "at least one layer for each part",
    fix: "lower pipelineParallel",
  };
}

function unevenGroups({ attentionHeads, keyValueHeads }: LlmSettings["shape"], path: string): Problem {
  return {
    id: "kserve.uneven-groups",
    path: `${path}.shape.keyValueHeads`,
    got: `${attentionHeads} attention heads in ${keyValueHeads} groups`,
    allowed: "a number that divides attentionHeads",
    fix: "copy num_attention_heads and num_key_value_heads from the model's config.json",
  };
}

/** Source: vLLM v0.33.0, config/parallel.py: each node has the same number of GPUs. */
function nodesProblems({ nodes, pipelineParallel, scaling }: LlmSettings, path: string): Problem[] {
  if (nodes === 1) return [];
  return [
    ...(pipelineParallel % nodes === 0 ? [] : [unevenNodes(nodes, pipelineParallel, path)]),
    ...(scaling ? [scaledNodes(nodes, path)] : []),
  ];
}

function unevenNodes(nodes: number, stages: number, path: string): Problem {
  return {
    id: "kserve.uneven-nodes",
    path: `${path}.nodes`,
    got: `${stages} parts of the layers on ${nodes} nodes`,
    allowed: "a number of nodes that divides pipelineParallel",
    fix: `set pipelineParallel to ${nodes} or a multiple of it; tensorParallel are the GPUs of one part`,
  };
}

function scaledNodes(nodes: number, path: string): Problem {
  return {
    id: "kserve.nodes-scaled",
    path: `${path}.scaling`,
    got: `scaling of a model on ${nodes} nodes`,
    allowed: "replicas: an autoscaler here adds pods of Deployments, not groups of pods",
    fix: "remove scaling, and set replicas",
  };
}

/** vLLM allocates it at its start, and ends where it is too little. */
function fitProblems(settings: LlmSettings, path: string): Problem[] {
  const { pool, gpuMemoryUtilization } = settings;
  const { accelerator } = pool;
  // A pool without accelerators is reported beside.
  if (pool.capacity.resource === undefined) return [];
  if (!accelerator) return [unknownMemory(pool.name, path)];
  const memory = cudaMemory(accelerator.memory).bytes;
  const usable = memory * gpuMemoryUtilization;
  if (gpuDemand(settings).sum <= usable) return [];
  const most = sequencesThatFit(settings, usable);
  return [
    {
      id: "kserve.model-does-not-fit",
      path,
      got: demandText(settings),
      allowed: `${gib(usable)}: ${Math.round(gpuMemoryUtilization * 100)} % of the ${gib(memory)} that CUDA has of ${accelerator.name}`,
      fix:
        most >= 1
          ? `lower concurrentSequences to ${most} or contextLength, use an 8-bit KV cache, or raise tensorParallel`
          : "raise tensorParallel or pipelineParallel, use weights of fewer bits, or a pool with larger GPUs: no sequence of this length fits",
    },
  ];
}

function unknownMemory(pool: string, path: string): Problem {
  return {
    id: "kserve.unknown-gpu",
    path: `${path}.pool`,
    got: `the pool ${pool}, whose model of GPU is not known`,
    allowed: "a pool with a known model of GPU: its memory decides whether the model fits",
    fix: "set the type of the pool's accelerators",
  };
}
