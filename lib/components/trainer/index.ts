/** Kubeflow Trainer: distributed training. */

export { TrainerOperator, type TrainerOperatorPlace } from "./operator";
export { trainerPin } from "./pin";
export {
  type TrainerOperatorProps,
  type TrainJobProps,
  type TrainTrialProps,
  trainerOperatorSchema,
  trainerSectionSchema,
  trainJobSchema,
  trainTrialSchema,
} from "./schema";
export { trainer } from "./section";
export { TrainJob, type TrainJobPlace } from "./train-job";
export { TrainTrial } from "./train-trial";
