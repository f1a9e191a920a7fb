/** All stages of an environment, in the order of the lifecycle. */

import type { App } from "cdk8s";
import type { Environment } from "#lib/environment/spec";
import { setImageRegistry } from "#lib/kube/images";
import { setOperatorMode } from "#lib/kube/operator";
import { ComputeChart } from "./compute";
import { DataPreparationChart } from "./data-preparation";
import { FoundationChart } from "./foundation";
import { PipelinesChart } from "./pipelines";

/** Builds every stage of the environment below `app`. */
export function buildPlatform(app: App, environment: Environment): void {
  setOperatorMode(app, environment.operators);
  if (environment.imageRegistry) setImageRegistry(app, environment.imageRegistry);
  const foundation = new FoundationChart(app, environment);
  const { pools } = new ComputeChart(app, environment, foundation);
  const { flinkClusters } = new DataPreparationChart(app, environment, { foundation, pools });
  new PipelinesChart(app, environment, flinkClusters);
  foundation.addNamedNamespaces();
}
