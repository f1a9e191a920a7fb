/** Alert rules on language models. Source: vLLM v0.33.0, v1/metrics/loggers.py and entrypoints/serve/instrumentator/metrics.py. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";
import { SERVICE } from "./alerts";

const model = `{{ $labels.${SERVICE} }} in {{ $labels.namespace }}`;

/** Seconds within which 95 % of the answers begin. */
export const FIRST_TOKEN = `histogram_quantile(0.95, sum by (namespace, ${SERVICE}, le) (rate(vllm:time_to_first_token_seconds_bucket[5m])))`;

/** Tokens a second that a model writes. */
export const TOKEN_RATE = `sum by (namespace, ${SERVICE}) (rate(vllm:generation_tokens_total[5m]))`;

/** Requests that wait. */
export const WAITING = `sum by (namespace, ${SERVICE}) (vllm:num_requests_waiting)`;

/** Requests that are answered. */
export const RUNNING = `sum by (namespace, ${SERVICE}) (vllm:num_requests_running)`;

/** Part of the KV cache in use. */
export const CACHE = `max by (namespace, ${SERVICE}) (vllm:kv_cache_usage_perc)`;

/** Part of the tokens of prompts that the KV cache had. */
export const PREFIX_HITS = `sum by (namespace, ${SERVICE}) (rate(vllm:prefix_cache_hits_total[5m])) / sum by (namespace, ${SERVICE}) (rate(vllm:prefix_cache_queries_total[5m]))`;

/** Share of requests that failed. */
export const ERRORS = `sum by (namespace, ${SERVICE}) (rate(http_requests_total{status="5xx", ${SERVICE}!=""}[5m])) / sum by (namespace, ${SERVICE}) (rate(http_requests_total{${SERVICE}!=""}[5m]))`;

/** Every alert on language models. */
export const LLM_ALERTS: AlertGroup = {
  name: "kserve-llm",
  alerts: [
    {
      name: "KserveLlmSlowFirstToken",
      expression: `${FIRST_TOKEN} > 5`,
      lasting: Duration.minutes(10),
      severity: "warning",
      summary: `5 % of the answers of ${model} begin after more than five seconds`,
      runbook: "look at the waiting requests and at the KV cache: add replicas, or shorten prompts",
    },
    {
      name: "KserveLlmQueue",
      expression: `${WAITING} > 10`,
      lasting: Duration.minutes(10),
      severity: "warning",
      summary: `{{ $value }} requests wait for ${model}`,
      runbook: "add replicas, or raise concurrentSequences where the KV cache has room",
    },
    {
      name: "KserveLlmCacheFull",
      expression: `${CACHE} > 0.95`,
      lasting: Duration.minutes(15),
      severity: "warning",
      summary: `the KV cache of ${model} is full: requests are interrupted and computed again`,
      runbook: "add replicas or GPUs (tensorParallel), use keyValueCache: fp8, or lower contextLength",
    },
    {
      name: "KserveLlmFailing",
      expression: `${ERRORS} > 0.05`,
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: `more than 5 % of the requests to ${model} fail`,
      runbook: "read the log of its server; CUDA errors need a new pod, and out of memory more gpuWorkspace",
    },
    {
      name: "KserveLlmStuck",
      expression: `${RUNNING} > 0 and ${TOKEN_RATE} == 0`,
      lasting: Duration.minutes(10),
      severity: "critical",
      summary: `${model} has requests and writes no tokens`,
      runbook: "look at its GPUs and at the log of its server; delete the pod: another one takes its place",
    },
  ],
};
