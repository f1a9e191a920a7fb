/** Stage `pipelines`: Beam pipelines on the clusters of the environment. */

import type { Construct } from "constructs";
import { BeamPipeline } from "#lib/components/beam/index";
import type { PipelineSpec } from "#lib/environment/pipelines";
import type { Environment } from "#lib/environment/spec";
import type { IBeamRunner } from "#lib/kube/beam-runner";
import type { IVectorStore } from "#lib/kube/vector-store";
import { StageChart } from "./stage-chart";

/** What pipelines run on, and where they read and write, by the names that the environment gives. */
export interface PipelineEngines {
  readonly flinkClusters: ReadonlyMap<string, IBeamRunner>;
  readonly vectorStores: ReadonlyMap<string, IVectorStore>;
}

/** Every pipeline of the environment. */
export class PipelinesChart extends StageChart {
  public constructor(
    scope: Construct,
    private readonly environment: Environment,
    private readonly engines: PipelineEngines,
  ) {
    super(scope, "pipelines");
    for (const [name, spec] of Object.entries(environment.pipelines ?? {})) this.addPipeline(name, spec);
  }

  private addPipeline(name: string, spec: PipelineSpec): void {
    const { file, runner: runnerName, stores: storeNames = [], ...settings } = spec;
    const runner = this.engines.flinkClusters.get(runnerName);
    const stores = storeNames.map((store) => this.engines.vectorStores.get(store)).filter((store) => store !== undefined);
    const definition = this.environment.files.get(file);
    if (!runner || definition === undefined || stores.length < storeNames.length) throw new Error(`pipelines.${name} was not resolved`);
    new BeamPipeline(this, name, { ...settings, definition, runner, stores, name, source: `pipelines.${name}` });
  }
}
