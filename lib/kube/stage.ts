/** Stages of the ML lifecycle. */

import type { IConstruct } from "constructs";

/** Stages of the ML lifecycle, in the order of a rollout. */
export const STAGES = [
  "foundation",
  "compute",
  "data-preparation",
  "model-development",
  "model-optimization",
  "model-training",
  "model-registry",
  "model-serving",
  "pipelines",
  "monitoring",
] as const;

/** One stage of the ML lifecycle. */
export type Stage = (typeof STAGES)[number];

const STAGE = "beamstack-iac/stage";

/** Assigns everything below `scope` to a stage. Call it before `scope` has children. */
export function setStage(scope: IConstruct, stage: Stage): void {
  scope.node.setContext(STAGE, stage);
}

/** The stage of a construct; `undefined` outside of any stage. */
export function stageOf(scope: IConstruct): Stage | undefined {
  return scope.node.tryGetContext(STAGE) as Stage | undefined;
}
