/** The chart of one stage of the ML lifecycle: every object below it belongs to that stage. */

import { Chart } from "cdk8s";
import type { Construct } from "constructs";
import { type Stage, setStage } from "#lib/kube/stage";

/** One chart per stage; an environment has each at most once, so that a synth walks the tree once. */
export class StageChart extends Chart {
  public constructor(
    scope: Construct,
    public readonly stage: Stage,
  ) {
    super(scope, stage);
    setStage(this, stage);
  }
}
