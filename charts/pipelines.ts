/** Stage `pipelines`: Beam pipelines on the clusters of the environment. */

import type { Construct } from "constructs";
import { BeamPipeline } from "#lib/components/beam/index";
import type { PipelineSpec } from "#lib/environment/pipelines";
import type { Environment } from "#lib/environment/spec";
import type { IBeamRunner } from "#lib/kube/beam-runner";
import { StageChart } from "./stage-chart";

/** Every pipeline of the environment. */
export class PipelinesChart extends StageChart {
  public constructor(
    scope: Construct,
    private readonly environment: Environment,
    private readonly runners: ReadonlyMap<string, IBeamRunner>,
  ) {
    super(scope, "pipelines");
    for (const [name, spec] of Object.entries(environment.pipelines ?? {})) this.addPipeline(name, spec);
  }

  private addPipeline(name: string, spec: PipelineSpec): void {
    const { file, runner: runnerName, ...settings } = spec;
    const runner = this.runners.get(runnerName);
    const definition = this.environment.files.get(file);
    if (!runner || definition === undefined) throw new Error(`pipelines.${name} was not resolved`);
    new BeamPipeline(this, name, { ...settings, definition, runner, name, source: `pipelines.${name}` });
  }
}
