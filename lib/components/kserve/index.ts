/** KServe: serving of models. */

export { InferenceGraph, type InferenceGraphPlace } from "./graph";
export { type GraphProps, graphSchema } from "./graph-schema";
export { InferenceService, type ServicePlace } from "./inference-service";
export { LanguageModel, type LanguageModelPlace } from "./llm";
export { KserveLlmOperator, type KserveLlmOperatorPlace } from "./llm-operator";
export { type LlmProps, llmSchema } from "./llm-schema";
export { KserveOperator, type KserveOperatorPlace } from "./operator";
export { kservePin } from "./pin";
export {
  type KserveLlmOperatorProps,
  type KserveOperatorProps,
  kserveLlmOperatorSchema,
  kserveOperatorSchema,
  kserveSectionSchema,
} from "./schema";
export { kserve } from "./section";
export { type InferenceServiceProps, inferenceServiceSchema } from "./service-schema";
