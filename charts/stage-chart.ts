/** The chart of one stage of the ML lifecycle: every object below it belongs to that stage. */

import { Chart } from "cdk8s";
import type { Construct } from "constructs";
import { type Stage, setStage } from "#lib/kube/stage";

/** The chart of a stage; an environment has at most one per stage, so that synth walks the tree once. */
export class StageChart extends Chart {
  public constructor(
    scope: Construct,
    public readonly stage: Stage,
  ) {
    super(scope, stage);
    setStage(this, stage);
  }
}
