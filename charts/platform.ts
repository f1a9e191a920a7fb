/** All stages of an environment, in the order of the lifecycle. */

import type { App } from "cdk8s";
import type { Environment } from "#lib/environment/spec";
import { setImageRegistry } from "#lib/kube/images";
import { setOperatorMode } from "#lib/kube/operator";
import { ComputeChart, type NodePools } from "./compute";
import { DataPreparationChart } from "./data-preparation";
import { FoundationChart } from "./foundation";
import { MonitoringChart } from "./monitoring";
import { PipelinesChart } from "./pipelines";

/** Builds every stage of the environment below `app`; gives back the node pools, which judge what is placed on them. */
export function buildPlatform(app: App, environment: Environment): NodePools {
  setOperatorMode(app, environment.operators);
  if (environment.imageRegistry) setImageRegistry(app, environment.imageRegistry);
  const foundation = new FoundationChart(app, environment);
  const compute = new ComputeChart(app, environment, foundation);
  const { pools } = compute;
  const dataPreparation = new DataPreparationChart(app, environment, { foundation, pools });
  new PipelinesChart(app, environment, dataPreparation);
  new MonitoringChart(app, environment, { foundation, compute, dataPreparation });
  foundation.addNamedNamespaces();
  return pools;
}
