/** Ready-made experiments and jobs of the Python package `beamstack-recipes`: compression of a model and search for an architecture, with gates. */

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

/** What runs, as a trial or by itself. */
interface RecipeRun {
  readonly method: RecipeMethod;
  /** The task, as `module:Class`: a model and its data. */
  readonly task: `${string}:${string}`;
  /** @default accuracy alone */
  readonly gates?: RecipeGates;
}

/** What is searched for, and where. */
export interface RecipeSearchProps extends RecipeRun {
  /** Trials in all. @default 12; for quantisation one for each combination */
  readonly maxTrials?: number;
  /** Parameters in place of those of the method with the same names. @default the method's */
  readonly parameters?: Experiment["parameters"];
}

/** Props of a recipe. */
export interface RecipeProps extends RecipeSearchProps {
  /** Image with `beamstack-recipes` and the module of the task. */
  readonly image: string;
}

/** Options of each method; those with `?` have a default in the Python package. */
export interface RecipeValues {
  readonly pruning: { readonly ratio: number; readonly epochs?: number };
  readonly quantisation: { readonly scheme?: "int8-weights" | "int8" };
  readonly distillation: { readonly width: number; readonly depth: number; readonly temperature?: number; readonly epochs?: number };
  readonly architecture: { readonly width: number; readonly depth: number; readonly "learning-rate"?: number; readonly epochs?: number };
}

/** A method, and the values with which it runs once. */
export type RecipeOnce = {
  readonly [M in RecipeMethod]: RecipeRun & { readonly method: M; readonly values: RecipeValues[M] };
}[RecipeMethod];

type Experiment = z.input<typeof experimentSchema>;

/** The part of an experiment that a recipe determines besides its trials. */
export type RecipeSearch = Required<
  Pick<Experiment, "objective" | "algorithm" | "parameters" | "maxTrials" | "parallelTrials" | "maxFailedTrials">
>;

/** The part of an experiment that a recipe determines; a queue and a pool are added to it. */
export interface RecipeExperiment extends RecipeSearch {
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

/** The experiment of a recipe, whose trials are Jobs. */
export function recipeExperiment({ image, ...props }: RecipeProps): RecipeExperiment {
  return { ...recipeSearch(props), trial: { image, program: ["python", ...recipeProgram(props)] } };
}

/**
 * The search of a recipe, for trials that are jobs of another product. Its score is the size of a compressed model as part of the baseline's, and the accuracy of an architecture. A trial that a gate
 * refused has no score. Katib counts it as failed, so that an experiment fails only where all were refused. Source: Katib v0.19.0, experiment/util/status_util.go.
 */
export function recipeSearch({ method, parameters = {}, maxTrials }: RecipeSearchProps): RecipeSearch {
  const space = { ...SPACES[method], ...parameters };
  // A list of values is tried from its beginning to its end.
  const isGrid = method === "quantisation";
  const trials = maxTrials ?? (isGrid ? combinations(space) : 12);
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
  };
}

/** What `python` or `torchrun` starts in one process: with values a job by itself, without them a trial, which gets values from its search. */
export function recipeProgram(run: RecipeRun | RecipeOnce): [string, ...string[]] {
  const { method, task, gates = {} } = run;
  const own = "values" in run ? options(run.values) : ["--in-search"];
  return ["-m", "beamstack_recipes", method, `--task=${task}`, "--output=/tmp/result", ...own, ...gateArguments(gates)];
}

/** A grid has a trial for each combination, and no more. */
function combinations(parameters: Required<Experiment>["parameters"]): number {
  return Object.values(parameters).reduce((product, one) => product * ("values" in one ? one.values.length : 1), 1);
}

function gateArguments({ maxAccuracyDrop, maxLatencyRatio, maxSizeRatio }: RecipeGates): string[] {
  return options({ "max-accuracy-drop": maxAccuracyDrop, "max-latency-ratio": maxLatencyRatio, "max-size-ratio": maxSizeRatio });
}

function options(values: Readonly<Record<string, string | number | undefined>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
}
