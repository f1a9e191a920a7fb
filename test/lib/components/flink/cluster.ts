/** A session cluster as the release has it, for tests that look at one object of it. */

import { App } from "cdk8s";
import type { Construct } from "constructs";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { FlinkCluster, type FlinkClusterPlace, type FlinkClusterProps } from "#lib/components/flink/index";
import { isJsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { type Problem, unwrap } from "#lib/core/problem";
import type { KubeObject } from "#lib/kube/object";

/** Props of a cluster, or what makes them once there is a tree to put a pool into. */
type Props = FlinkClusterProps & Partial<FlinkClusterPlace>;

function synth(props: Props | ((scope: Construct) => Props)) {
  const app = new App();
  const chart = new StageChart(app, "data-preparation");
  const given = typeof props === "function" ? props(chart) : props;
  new FlinkCluster(chart, "Subject", { name: "main", ...given });
  return synthesize(app, "test");
}

/** Every object of a cluster. */
export function objectsOf(props: Props | ((scope: Construct) => Props) = {}): KubeObject[] {
  return unwrap(synth(props)).objects.map(({ manifest }) => manifest);
}

/** Ids of what a cluster's props are refused for, sorted. */
export function problemsOf(props: Props): readonly Problem[] {
  const result = synth(props);
  return result.ok ? [] : result.problems;
}

/** The FlinkDeployment of a cluster, or the value at a path below its spec. */
export function specOf(props: Props | ((scope: Construct) => Props), ...path: (string | number)[]): JsonValue | undefined {
  return valueAt(
    objectsOf(props).find(({ kind }) => kind === "FlinkDeployment"),
    ["spec", ...path],
  );
}

/** Flink's configuration of a cluster. */
export function configurationOf(props: Props = {}): Record<string, JsonValue | undefined> {
  const configuration = specOf(props, "flinkConfiguration");
  return isJsonObject(configuration) ? { ...configuration } : {};
}

/** A container of a pod template by name. */
export function containerOf(props: Props | ((scope: Construct) => Props), part: "jobManager" | "taskManager", name: string) {
  const containers = specOf(props, part, "podTemplate", "spec", "containers");
  const found = Array.isArray(containers) ? containers.find((container) => valueAt(container, ["name"]) === name) : undefined;
  if (!isJsonObject(found)) throw new Error(`${part} has no container ${name}`);
  return found;
}
