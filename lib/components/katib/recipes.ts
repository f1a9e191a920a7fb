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
  /** Trials in all. @default 12; for quantisation one for each combination */
  readonly maxTrials?: number;
  /** Parameters in place of those of the method with the same names. @default the method's */
  readonly parameters?: Experiment["parameters"];
}

type Experiment = z.input<typeof experimentSchema>;

/** The part of an experiment that a recipe determines; a queue and a pool are added to it. */
export interface RecipeExperiment
  extends Required<Pick<Experiment, "objective" | "algorithm" | "parameters" | "maxTrials" | "parallelTrials" | "maxFailedTrials">> {
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
 * The experiment of a recipe. Its score is the size of a compressed model as part of the baseline's, and the accuracy of an architecture. A trial that a gate
 * refused has no score. Katib counts it as failed, so that an experiment fails only where all were refused. Source: Katib v0.19.0, experiment/util/status_util.go.
 */
export function recipeExperiment({ method, task, image, gates = {}, parameters = {}, maxTrials }: RecipeProps): RecipeExperiment {
  const space = { ...SPACES[method], ...parameters };
  // A list of values is tried from its beginning to its end.
  const isGrid = method === "quantisation";
  const trials = maxTrials ?? (isGrid ? combinations(space) : 12);
  const program = ["python", "-m", "beamstack_recipes", method, `--task=${task}`, "--output=/tmp/result", "--in-search"];
  return {
    objective: {
      type: method === "architecture" ? "maximize" : "minimize",
      metric: "score",
      additionalMetrics: ["accuracy", "latency_ms", "size_bytes"],
    },
    algorithm: { type: isGrid ? "grid" : "tpe" },
    parameters: space,
    maxTrials: trials,
    parallelTrials: Math.min(trials, 3),
    maxFailedTrials: trials,
    trial: { image, program: [...program, ...gateArguments(gates)] },
  };
}

/** A grid has a trial for each combination, and no more. */
function combinations(parameters: Required<Experiment>["parameters"]): number {
  return Object.values(parameters).reduce((product, one) => product * ("values" in one ? one.values.length : 1), 1);
}

function gateArguments({ maxAccuracyDrop, maxLatencyRatio, maxSizeRatio }: RecipeGates): string[] {
  const limits = { "max-accuracy-drop": maxAccuracyDrop, "max-latency-ratio": maxLatencyRatio, "max-size-ratio": maxSizeRatio };
  return Object.entries(limits).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
}
