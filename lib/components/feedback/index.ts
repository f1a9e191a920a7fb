/** Feedback loops: from drift and faults of a model to its next version. */

export { FeedbackLoop, type LoopPlace } from "./loop";
export { feedbackPin } from "./pin";
export { type LoopProps, loopSchema } from "./schema";
export { feedback } from "./section";
