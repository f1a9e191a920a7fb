/** Kubeflow Trainer: distributed training. */

export { TrainerOperator, type TrainerOperatorPlace } from "./operator";
export { trainerPin } from "./pin";
export {
  type TrainerOperatorProps,
  type TrainJobProps,
  trainerOperatorSchema,
  trainerSectionSchema,
  trainJobSchema,
} from "./schema";
export { trainer } from "./section";
export { TrainJob, type TrainJobPlace } from "./train-job";
