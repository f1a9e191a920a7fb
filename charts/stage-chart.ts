/** The chart of one stage of the ML lifecycle: every object below it belongs to that stage. */

import { Chart } from "cdk8s";
import type { Construct } from "constructs";
import type { Stage } from "#lib/release/release";

const STAGE = "beamstack-iac/stage";

/** One chart per stage; an environment has each at most once, so that a synth walks the tree once. */
export class StageChart extends Chart {
  public constructor(
    scope: Construct,
    public readonly stage: Stage,
  ) {
    super(scope, stage);
    this.node.setContext(STAGE, stage);
  }
}

/** The stage of a construct; `undefined` outside of any stage. */
export function stageOf(scope: Construct): Stage | undefined {
  return scope.node.tryGetContext(STAGE) as Stage | undefined;
}
