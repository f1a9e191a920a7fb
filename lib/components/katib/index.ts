/** Katib: searches for hyperparameters and architectures. */

export { Experiment, type ExperimentPlace } from "./experiment";
export type { KatibEnds } from "./flows";
export { Katib, type KatibPlace } from "./katib";
export { katibPin } from "./pin";
export {
  type RecipeExperiment,
  type RecipeGates,
  type RecipeMethod,
  type RecipeOnce,
  type RecipeProps,
  type RecipeSearch,
  type RecipeSearchProps,
  type RecipeValues,
  recipeExperiment,
  recipeProgram,
  recipeSearch,
} from "./recipes";
export { type ExperimentProps, experimentSchema, type KatibOperatorProps, katibOperatorSchema, katibSectionSchema } from "./schema";
export { katib } from "./section";
