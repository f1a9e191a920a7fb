/** KServe: serving of models. */

export { InferenceGraph, type InferenceGraphPlace } from "./graph";
export { type GraphProps, graphSchema } from "./graph-schema";
export { InferenceService, type ServicePlace } from "./inference-service";
export { LanguageModel, type LanguageModelPlace } from "./llm";
export { type LlmProps, llmSchema } from "./llm-schema";
export { KserveOperator, type KserveOperatorPlace } from "./operator";
export { kservePin } from "./pin";
export { type KserveOperatorProps, kserveOperatorSchema, kserveSectionSchema } from "./schema";
export { kserve } from "./section";
export { type InferenceServiceProps, inferenceServiceSchema } from "./service-schema";
