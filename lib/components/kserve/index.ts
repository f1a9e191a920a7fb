/** KServe: serving of models. */

export { InferenceService, type ServicePlace } from "./inference-service";
export { LanguageModel } from "./llm";
export { type LlmProps, llmSchema } from "./llm-schema";
export { KserveOperator, type KserveOperatorPlace } from "./operator";
export { kservePin } from "./pin";
export { type KserveOperatorProps, kserveOperatorSchema, kserveSectionSchema } from "./schema";
export { kserve } from "./section";
export { type InferenceServiceProps, inferenceServiceSchema } from "./service-schema";
