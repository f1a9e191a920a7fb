/** The command line of vLLM, and what it needs of its pod. */

import { Size } from "#lib/core/size";
import { weightsOf } from "./fit";
import { ADAPTER_FOLDER, PORT } from "./labels";
import type { LlmSettings } from "./llm-schema";
import { isOnClaim } from "./model";
import { ROUTED_PORT } from "./router-names";

/** Caches of libraries, as the root file system is read-only, and no telemetry. Source: vLLM v0.33.0, envs.py and "Usage Stats Collection". */
export const VLLM_ENV = {
  HF_HOME: "/tmp",
  VLLM_CONFIG_ROOT: "/tmp",
  VLLM_CACHE_ROOT: "/tmp/vllm",
  USER: "vllm",
  HF_HUB_OFFLINE: "1",
  VLLM_NO_USAGE_STATS: "1",
  DO_NOT_TRACK: "1",
} as const;

/** Port of the server. */
export function portOf({ router }: Pick<LlmSettings, "router">): number {
  return router ? ROUTED_PORT : PORT;
}

/** GPUs of a pod: the model's own, shared out to its nodes. */
export function gpusOf({
  nodes,
  tensorParallel,
  pipelineParallel,
}: Pick<LlmSettings, "nodes" | "tensorParallel" | "pipelineParallel">): number {
  return Math.ceil((tensorParallel * pipelineParallel) / nodes);
}

/** Local disk of a pod. */
export function scratchOf({ scratch, shape, model }: Pick<LlmSettings, "scratch" | "shape" | "model">): Size {
  const weights = isOnClaim(model) ? 0 : weightsOf(shape).bytes;
  return scratch ?? Size.gibibytes(Math.ceil((weights * 1.1) / Size.gibibytes(1).bytes) + 10);
}

/** Arguments of `vllm serve`. Source: vLLM v0.33.0, engine/arg_utils.py and entrypoints/common/cli_args.py. */
export function vllmArgs(model: string, settings: LlmSettings): string[] {
  const { contextLength, concurrentSequences, tensorParallel, pipelineParallel, keyValueCache, gpuMemoryUtilization, shape, adapters } =
    settings;
  const names = Object.keys(adapters);
  // Weights with fewer bits say so in their own configuration.
  const type = ["float32", "bfloat16", "float16"].includes(shape.weights) ? shape.weights : "auto";
  return [
    `--port=${portOf(settings)}`,
    `--served-model-name=${model}`,
    `--dtype=${type}`,
    `--max-model-len=${contextLength}`,
    `--max-num-seqs=${concurrentSequences}`,
    `--tensor-parallel-size=${tensorParallel}`,
    `--pipeline-parallel-size=${pipelineParallel}`,
    `--kv-cache-dtype=${keyValueCache}`,
    `--gpu-memory-utilization=${gpuMemoryUtilization}`,
    ...(names.length > 0
      ? [
          "--enable-lora",
          `--max-loras=${names.length}`,
          `--max-lora-rank=${Math.max(...Object.values(adapters).map(({ rank }) => rank))}`,
          "--lora-modules",
          ...names.map((name) => `${name}=${ADAPTER_FOLDER}/${name}`),
        ]
      : []),
  ];
}
