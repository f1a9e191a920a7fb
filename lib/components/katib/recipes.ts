/** Ready-made experiments of the Python package `beamstack-recipes`: compression of a model and search for an architecture, with gates. */

import type { z } from "zod";
import type { experimentSchema } from "./schema";

/** What a recipe does. */
export type RecipeMethod = "pruning" | "quantisation" | "distillation" | "architecture";

/** The most that a trial's model may lose against the baseline; a trial beyond has no score. */
export interface RecipeGates {
  /** Difference of accuracies. @default 0.01 */
  readonly maxAccuracyDrop?: number;
  /** Latency as part of the baseline's. @default not looked at */
  readonly maxLatencyRatio?: number;
  /** Size as part of the baseline's. @default not looked at */
  readonly maxSizeRatio?: number;
}

/** Props of a recipe. */
export interface RecipeProps {
  readonly method: RecipeMethod;
  /** The task, as `module:Class`: a model and its data. */
  readonly task: `${string}:${string}`;
  /** Image with `beamstack-recipes` and the module of the task. */
  readonly image: string;
  /** @default accuracy alone */
  readonly gates?: RecipeGates;
  /** Parameters in place of those of the method with the same names. @default the method's */
  readonly parameters?: Experiment["parameters"];
}

type Experiment = z.input<typeof experimentSchema>;

/** The part of an experiment that a recipe determines; a queue, a pool and numbers of trials are added to it. */
export interface RecipeExperiment
  extends Required<Pick<Experiment, "objective" | "algorithm" | "parameters">>,
    Pick<Experiment, "maxTrials" | "parallelTrials"> {
  readonly trial: Pick<NonNullable<Experiment["trial"]>, "program" | "image">;
}

/** Search spaces; names are options of the Python package. */
const SPACES: Readonly<Record<RecipeMethod, Required<Experiment>["parameters"]>> = {
  pruning: { ratio: { type: "double", min: 0.1, max: 0.9, step: 0.1 }, epochs: { type: "int", min: 1, max: 10 } },
  quantisation: { scheme: { type: "categorical", values: ["int8-weights", "int8"] } },
  distillation: {
    width: { type: "int", min: 16, max: 256, step: 16 },
    depth: { type: "int", min: 1, max: 4 },
    temperature: { type: "double", min: 1, max: 8 },
  },
  architecture: {
    width: { type: "int", min: 16, max: 256, step: 16 },
    depth: { type: "int", min: 1, max: 4 },
    "learning-rate": { type: "double", min: 0.0001, max: 0.1, distribution: "logUniform" },
  },
};

/**
 * The experiment of a recipe. Its score is the size of a compressed model as part of the baseline's, and the accuracy of an architecture. Katib never takes
 * a trial without a score for the best one. Source: Katib v0.19.0, trial_controller_util.go.
 */
export function recipeExperiment({ method, task, image, gates = {}, parameters = {} }: RecipeProps): RecipeExperiment {
  return {
    objective: {
      type: method === "architecture" ? "maximize" : "minimize",
      metric: "score",
      additionalMetrics: ["accuracy", "latency_ms", "size_bytes"],
    },
    // A list of values is tried from its beginning to its end.
    ...(method === "quantisation" ? wholeGrid({ ...SPACES[method], ...parameters }) : { algorithm: { type: "tpe" } }),
    parameters: { ...SPACES[method], ...parameters },
    trial: {
      image,
      program: [
        "python",
        "-m",
        "beamstack_recipes",
        method,
        `--task=${task}`,
        "--output=/tmp/result",
        "--in-search",
        ...gateArguments(gates),
      ],
    },
  };
}

/** A grid has a trial for each combination, and no more. */
function wholeGrid(
  parameters: Required<Experiment>["parameters"],
): Pick<Required<RecipeExperiment>, "algorithm" | "maxTrials" | "parallelTrials"> {
  const counts = Object.values(parameters).map((one) => ("values" in one ? one.values.length : 1));
  const maxTrials = counts.reduce((product, count) => product * count, 1);
  return { algorithm: { type: "grid" }, maxTrials, parallelTrials: Math.min(maxTrials, 3) };
}

function gateArguments({ maxAccuracyDrop, maxLatencyRatio, maxSizeRatio }: RecipeGates): string[] {
  const limits = { "max-accuracy-drop": maxAccuracyDrop, "max-latency-ratio": maxLatencyRatio, "max-size-ratio": maxSizeRatio };
  return Object.entries(limits).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
}
