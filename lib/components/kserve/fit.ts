/**
 * Does a language model fit its GPUs? Weights, KV cache, adapters and workspace of each GPU against the part of its memory that vLLM uses. Sources: vLLM, "Optimization and Tuning" and
 * "Parallelism and Scaling"; v1/kv_cache_interface.py, FullAttentionSpec.page_size_bytes.
 */

import { Size } from "#lib/core/size";
import type { LlmSettings } from "./llm-schema";

/** Bytes of a parameter. With 4 bits, scales of groups and layers that stay at 16 bits come to it. */
const WEIGHT_BYTES = { float32: 4, bfloat16: 2, float16: 2, fp8: 1, int8: 1, int4: 0.55 } as const;

/**
 * Part of the memory of a data sheet that CUDA has: 21.96 GiB of an L4 with 24 GB, which is less than 0.92. Source: vLLM, "Usage Stats Collection", whose example
 * has `gpu_memory_per_device` of an L4: 23580639232.
 */
const CUDA_MEMORY = 0.91;

/** Memory that CUDA has of a GPU, by what its data sheet says. */
export function cudaMemory({ bytes }: Size): Size {
  return Size.ofBytes(Math.floor(bytes * CUDA_MEMORY));
}

/** What a model needs of each GPU, in bytes. */
export interface GpuDemand {
  readonly weights: number;
  readonly keyValueCache: number;
  readonly adapters: number;
  readonly workspace: number;
  readonly sum: number;
}

/** Settings of a service that the sum depends on. */
export type FitSettings = Pick<
  LlmSettings,
  "shape" | "contextLength" | "concurrentSequences" | "tensorParallel" | "pipelineParallel" | "keyValueCache" | "gpuWorkspace" | "adapters"
>;

/** Size of all weights. */
export function weightsOf({ parameters, weights }: LlmSettings["shape"]): Size {
  return Size.ofBytes(Math.ceil(parameters * 1e9 * WEIGHT_BYTES[weights]));
}

/** Bytes of the KV cache that one token needs on each GPU. Fewer heads than GPUs are copied to each. */
export function bytesPerToken({ shape, tensorParallel, pipelineParallel, keyValueCache }: FitSettings): number {
  const { layers, attentionHeads, keyValueHeads = attentionHeads, headSize, weights } = shape;
  const bytes = keyValueCache === "fp8" ? 1 : weights === "float32" ? 4 : 2;
  return 2 * Math.ceil(layers / pipelineParallel) * Math.ceil(keyValueHeads / tensorParallel) * headSize * bytes;
}

/** What the model needs of each GPU. */
export function gpuDemand(settings: FitSettings): GpuDemand {
  const { shape, contextLength, concurrentSequences, tensorParallel, pipelineParallel, gpuWorkspace } = settings;
  const weights = weightsOf(shape).bytes / (tensorParallel * pipelineParallel);
  const keyValueCache = bytesPerToken(settings) * contextLength * concurrentSequences;
  const adapters = adapterBytes(settings);
  const workspace = gpuWorkspace.bytes;
  return { weights, keyValueCache, adapters, workspace, sum: weights + keyValueCache + adapters + workspace };
}

/**
 * Two matrices for each linear layer: together at most 23 times the hidden size wide, with a feed-forward part of four times the hidden size.
 * Each slot has the largest rank. Source: vLLM, "LoRA Adapters", max_loras and max_lora_rank.
 */
function adapterBytes({ shape, adapters, pipelineParallel }: FitSettings): number {
  const all = Object.values(adapters);
  const rank = Math.max(0, ...all.map((each) => each.rank));
  const hidden = shape.attentionHeads * shape.headSize;
  return all.length * rank * 23 * hidden * Math.ceil(shape.layers / pipelineParallel) * 2;
}

/** Sequences of the full length that fit; below 0 not even the weights do. */
export function sequencesThatFit(settings: FitSettings, usable: number): number {
  const { sum, keyValueCache } = gpuDemand(settings);
  return Math.floor((usable - (sum - keyValueCache)) / (bytesPerToken(settings) * settings.contextLength));
}

/** The sum in words. */
export function demandText(settings: FitSettings): string {
  const { contextLength, concurrentSequences, tensorParallel, pipelineParallel } = settings;
  const { sum, weights, keyValueCache, adapters, workspace } = gpuDemand(settings);
  const token = Size.ofBytes(bytesPerToken(settings));
  return [
    `${gib(sum)} on each of ${tensorParallel * pipelineParallel} GPUs: ${gib(weights)} of weights`,
    `${gib(keyValueCache)} of KV cache (${contextLength} tokens x ${concurrentSequences} sequences x ${token} each)`,
    ...(adapters > 0 ? [`${gib(adapters)} of adapters`] : []),
    `${gib(workspace)} of workspace`,
  ].join(" + ");
}

/** Bytes as people read them. */
export function gib(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}
