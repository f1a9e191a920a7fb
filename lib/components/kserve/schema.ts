/** Props of KServe. */

import { z } from "zod";
import { existingProp, operatorProps } from "#lib/kube/operator-props";
import { partResourcesSchema } from "#lib/kube/part-resources";
import type { PropsOf, SettingsOf } from "#lib/kube/props";
import { graphSchema } from "./graph-schema";
import { llmSchema } from "./llm-schema";
import { inferenceServiceSchema } from "./service-schema";

/** Props of the controller. Its chart runs one pod. */
export const kserveOperatorSchema = z.strictObject({
  ...existingProp,
  /** Requests and limits of the controller. @default 0.1 cores and 300Mi, at most 0.5 cores and 512Mi */
  resources: partResourcesSchema.optional(),
});

/** Props of the second controller, apart from whether it exists. */
const llmOperatorProps = {
  /** Pods of the controller; more than one elect a leader and get a disruption budget. @default 1 */
  replicas: operatorProps.replicas,
  /** Requests and limits of the controller. @default 0.1 cores and 300Mi, at most 0.5 cores and 512Mi */
  resources: partResourcesSchema.optional(),
};

/** Props of the controller of language models with a router. */
export const kserveLlmOperatorSchema = z.strictObject({ ...existingProp, ...llmOperatorProps });

/** Section `kserve`: the controller, and what it serves. */
export const kserveSectionSchema = z.strictObject({
  /** The controller. @default one pod */
  operator: kserveOperatorSchema.prefault({}),
  /** The controller of language models with a router; with `operator.existing` it exists, too. @default one pod where a model has a router, else none */
  llmOperator: z.strictObject({ ...llmOperatorProps }).optional(),
  /** Services of predictive models by name. @default none */
  services: z.record(z.string(), inferenceServiceSchema).default({}),
  /** Services of language models by name, on vLLM. @default none */
  llms: z.record(z.string(), llmSchema).default({}),
  /** Inference graphs by name: requests that go through several services. @default none */
  graphs: z.record(z.string(), graphSchema).default({}),
});

/** Props of the controller. */
export type KserveOperatorProps = PropsOf<typeof kserveOperatorSchema>;

/** Props of the controller of language models with a router. */
export type KserveLlmOperatorProps = PropsOf<typeof kserveLlmOperatorSchema>;

/** Settings of the controller of language models with a router. */
export type KserveLlmOperatorSettings = SettingsOf<typeof kserveLlmOperatorSchema>;

/** Settings of the controller. */
export type KserveOperatorSettings = SettingsOf<typeof kserveOperatorSchema>;
