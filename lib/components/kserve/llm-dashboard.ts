/** Dashboard of language models. */

import type { DashboardContent } from "#lib/kube/monitoring";
import { SERVICE } from "./alerts";
import { CACHE, ERRORS, FIRST_TOKEN, PREFIX_HITS, RUNNING, TOKEN_RATE, WAITING } from "./llm-alerts";

const LEGEND = `{{namespace}}/{{${SERVICE}}}`;

/** Token rate, latency, queue and cache of every language model. */
export const LLM_DASHBOARD: DashboardContent = {
  uid: "beamstack-kserve-llm",
  title: "Language models",
  variables: [],
  rows: [
    {
      title: "Answers",
      panels: [
        {
          title: "Tokens",
          type: "series",
          unit: "ops",
          description: "Tokens that are written in a second.",
          queries: { [LEGEND]: TOKEN_RATE },
        },
        {
          title: "First token, 95 %",
          type: "series",
          unit: "s",
          description: "Time until an answer begins.",
          queries: { [LEGEND]: FIRST_TOKEN },
        },
        {
          title: "Failed requests",
          type: "series",
          unit: "percentunit",
          description: "Share of requests that failed.",
          queries: { [LEGEND]: ERRORS },
        },
      ],
    },
    {
      title: "Saturation",
      panels: [
        {
          title: "Requests",
          type: "series",
          unit: "short",
          description: "Requests that are answered, and those that wait.",
          queries: { [`${LEGEND} running`]: RUNNING, [`${LEGEND} waiting`]: WAITING },
        },
        {
          title: "KV cache",
          type: "series",
          unit: "percentunit",
          description: "Part of the KV cache in use.",
          queries: { [LEGEND]: CACHE },
        },
        {
          title: "Prompts from the cache",
          type: "series",
          unit: "percentunit",
          description: "Part of the tokens of prompts that a pod had in its KV cache: a router raises it.",
          queries: { [LEGEND]: PREFIX_HITS },
        },
      ],
    },
  ],
};
