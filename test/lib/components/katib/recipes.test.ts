/** Experiments of recipes. */

import { Testing } from "cdk8s";
import { Experiment, type RecipeProps, recipeExperiment } from "#lib/components/katib/index";
import { pods } from "#lib/kube/network";

const COMMON = { task: "fraud.tasks:Fraud", image: "registry.example.com/ml/recipes:1.0" } as const;

function experimentOf(props: Pick<RecipeProps, "method"> & Partial<RecipeProps>) {
  const chart = Testing.chart();
  const katib = { dbManager: pods("katib"), controller: pods("katib"), dbManagerAddress: "katib-db-manager.katib:6789" };
  new Experiment(chart, "Subject", { ...recipeExperiment({ ...COMMON, ...props }), name: "smaller", katib });
  return chart.toJson().find(({ kind }: { kind: string }) => kind === "Experiment").spec;
}

test.each([
  ["pruning", "minimize", "tpe", 12],
  ["quantisation", "minimize", "grid", 2],
  ["distillation", "minimize", "tpe", 12],
  ["architecture", "maximize", "tpe", 12],
] as const)("a recipe for %s is an experiment without problems", (method, type, algorithm, trials) => {
  const spec = experimentOf({ method });

  expect(spec.objective).toMatchObject({ type, objectiveMetricName: "score" });
  // Refused trials count as failed.
  expect([spec.algorithm.algorithmName, spec.maxTrialCount, spec.maxFailedTrialCount]).toEqual([algorithm, trials, trials]);
});

test("gates are arguments of each trial, and parameters may have other ranges", () => {
  const spec = experimentOf({
    method: "pruning",
    gates: { maxAccuracyDrop: 0.005, maxLatencyRatio: 1, maxSizeRatio: 0.5 },
    parameters: { ratio: { type: "double", min: 0.2, max: 0.4 } },
  });
  const [{ command }] = spec.trialTemplate.trialSpec.spec.template.spec.containers;

  expect(command.slice(0, 6)).toEqual(["python", "-m", "beamstack_recipes", "pruning", "--task=fraud.tasks:Fraud", "--output=/tmp/result"]);
  expect(command.slice(7, 10)).toEqual(["--max-accuracy-drop=0.005", "--max-latency-ratio=1", "--max-size-ratio=0.5"]);
  expect(spec.parameters[0].feasibleSpace).toMatchObject({ min: "0.2", max: "0.4" });
});
