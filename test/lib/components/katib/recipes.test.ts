/** Experiments and jobs of recipes. */

import { Testing } from "cdk8s";
import { Experiment, type RecipeOnce, type RecipeProps, recipeExperiment, recipeProgram, recipeSearch } from "#lib/components/katib/index";
import { valueAt } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { EnvironmentSpec } from "#lib/environment/spec";
import { pods } from "#lib/kube/network";
import { groupKind } from "#lib/kube/object";
import { problemsOf, released } from "../../../fixtures/platform";

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

describe("as TrainJobs through a queue", () => {
  const recipe = { method: "pruning", task: "fraud.tasks:Fraud", gates: { maxAccuracyDrop: 0.005 } } as const;
  const { image } = COMMON;
  const once: RecipeOnce = { ...recipe, values: { ratio: 0.5 } };
  const gpu = { type: "nvidia-l4", count: 4 } as const;
  const place = { image, accelerators: 1, pool: "gpu" } as const;
  const spec = (quota: number): EnvironmentSpec => ({
    name: "test",
    cluster: { type: "context", context: "test" },
    nodePools: { gpu: { type: "static", nodes: 2, node: { cpu: 32, memory: Size.gibibytes(128), accelerators: gpu } } },
    kueue: { queues: { research: { quotas: [{ pool: "gpu", accelerators: quota }] } } },
    certManager: {},
    jobset: {},
    trainer: {
      jobs: { small: { ...place, framework: { type: "pytorch", program: recipeProgram(once) }, queue: "research", restarts: 0 } },
      trials: { smaller: { ...place, framework: { type: "pytorch", program: recipeProgram(recipe) } } },
    },
    katib: {
      operator: { existing: true },
      experiments: { search: { ...recipeSearch(recipe), job: "smaller", queue: "research" } },
    },
  });
  const found = (kind: string) => released(spec(8)).objects.filter(({ manifest }) => groupKind(manifest) === kind);
  const node = ["spec", "template", "spec", "replicatedJobs", 0, "template", "spec", "template", "spec", "containers", 0];

  test("a trial is a job of the queue, whose program gets the values of the search", () => {
    const [experiment] = found("kubeflow.org/Experiment");

    expect(valueAt(experiment?.manifest, ["spec", "trialTemplate", "trialSpec"])).toMatchObject({
      kind: "TrainJob",
      metadata: { labels: { "kueue.x-k8s.io/queue-name": "research" } },
      spec: { trainer: { args: ["--ratio=${trialParameters.ratio}", "--epochs=${trialParameters.epochs}"] } },
    });
  });

  test("torchrun starts the recipe as one process: a trial for its search, a job with values of its own", () => {
    const commands = found("trainer.kubeflow.org/TrainingRuntime").map(({ manifest }) => valueAt(manifest, [...node, "command"]));
    const command = (own: string) => [
      ...["torchrun", "-m", "beamstack_recipes", "pruning", "--task=fraud.tasks:Fraud", "--output=/tmp/result", own],
      "--max-accuracy-drop=0.005",
    ];

    expect(commands).toHaveLength(2);
    expect(commands).toEqual(expect.arrayContaining([command("--ratio=0.5"), command("--in-search")]));
  });

  test("GPUs of all trials at the same time are counted in the queue", () => {
    expect(problemsOf(spec(3))).toEqual([]);
    expect(problemsOf(spec(2)).map(({ id }) => id)).toEqual(["checks.queue-budget"]);
  });
});
