/** Pre-trained models: fetched once, verified, and read by fine-tuning, embeddings and serving. */

export { pretrainedModelsPin } from "./pin";
export { PretrainedModel, type PretrainedModelContext } from "./pretrained-model";
export { type PretrainedModelProps, pretrainedModelSchema, pretrainedModelsSectionSchema } from "./schema";
export { pretrainedModels } from "./section";
