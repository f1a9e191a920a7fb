/** The objects of the benchmark as a release of ours, out of constructs. */

import { ApiObject, App } from "cdk8s";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { unwrap } from "#lib/core/problem";
import { objectId } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { objectSet } from "./object-set";

/** Name of the environment, hence of stack and control plane. */
export const ENVIRONMENT = "bench";

/** A release of `count` objects. */
export function benchRelease(count: number): Release {
  const app = new App();
  const chart = new StageChart(app, "pipelines");
  for (const object of objectSet(count)) new ApiObject(chart, objectId(object).replaceAll("/", "-"), object);
  return unwrap(synthesize(app, ENVIRONMENT));
}
