/** Search algorithms with their settings, each as its own service validates them. Source: Katib v0.19.0, pkg/suggestion/v1beta1. */

import { z } from "zod";
import type { JsonObject } from "#lib/core/json";
import type { SettingsOf } from "#lib/kube/props";

const seed = {
  /** Start of the random numbers, so that a search can be repeated. @default another one each time */
  randomState: z.int().min(0).optional(),
};

const positive = z.int().min(1);
const share = z.number().min(0).max(1);

/** A search algorithm. */
export const algorithmSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("random"), ...seed }),
  z.strictObject({ type: z.literal("grid"), ...seed }),
  z.strictObject({
    type: z.literal("tpe"),
    ...seed,
    /** Share of the best trials. @default that of Hyperopt: 0.25 */
    gamma: z.number().gt(0).lt(1).optional(),
    /** Weight of the prior. @default that of Hyperopt: 1 */
    priorWeight: z.number().positive().optional(),
    /** Candidates of each step. @default that of Hyperopt: 24 */
    nEiCandidates: positive.optional(),
  }),
  z.strictObject({
    type: z.literal("multivariate-tpe"),
    ...seed,
    /** Random trials at the start. @default that of Optuna: 10 */
    nStartupTrials: z.int().min(0).optional(),
    /** Candidates of each step. @default that of Optuna: 24 */
    nEiCandidates: positive.optional(),
  }),
  z.strictObject({
    type: z.literal("bayesianoptimization"),
    ...seed,
    /** Model of the objective. @default "GP" */
    baseEstimator: z.enum(["GP", "RF", "ET", "GBRT"]).optional(),
    /** Random trials at the start. @default that of scikit-optimize: 10 */
    nInitialPoints: z.int().min(0).optional(),
    /** What the next trial is chosen by. @default "gp_hedge" */
    acqFunc: z.enum(["gp_hedge", "LCB", "EI", "PI", "EIps", "PIps"]).optional(),
    /** How it is found. @default "auto" */
    acqOptimizer: z.enum(["auto", "sampling", "lbfgs"]).optional(),
  }),
  z.strictObject({
    type: z.literal("cmaes"),
    ...seed,
    /** Standard deviation at the start. @default from the search space */
    sigma: z.number().min(0).optional(),
    /** What a search that is stuck does. @default "none" */
    restartStrategy: z.enum(["none", "ipop"]).optional(),
  }),
  z.strictObject({ type: z.literal("sobol") }),
  z.strictObject({
    type: z.literal("hyperband"),
    /** Parameter with the resource that a trial may use, such as the number of epochs. */
    resourceName: z.string().min(1),
    /** The most of it for one trial. */
    maxResource: z.number().positive(),
    /** A share of 1/eta of the trials goes on with more. @default 3 */
    eta: z.int().min(2).default(3),
  }),
  z.strictObject({
    type: z.literal("pbt"),
    /** Trials of a generation. */
    nPopulation: z.int().min(5),
    /** Share of the worst that goes on from the best. */
    truncationThreshold: share,
    /** How likely a parameter is drawn again instead of changed by a fifth. @default always changed */
    resampleProbability: share.optional(),
  }),
  z.strictObject({
    type: z.literal("enas"),
    /** Size of the controller's hidden layer. @default 64 */
    controllerHiddenSize: positive.optional(),
    /** Temperature of the sampling. @default 5 */
    controllerTemperature: z.number().min(0).optional(),
    /** Limit of the logits. @default 2.25 */
    controllerTanhConst: z.number().min(0).optional(),
    /** Weight of the entropy. @default 0.00001 */
    controllerEntropyWeight: z.number().min(0).optional(),
    /** Decay of the baseline. @default 0.999 */
    controllerBaselineDecay: share.optional(),
    /** Learning rate of the controller. @default 0.00005 */
    controllerLearningRate: share.optional(),
    /** Wanted share of skip connections. @default 0.4 */
    controllerSkipTarget: share.optional(),
    /** Weight of their loss. @default 0.8 */
    controllerSkipWeight: z.number().min(0).optional(),
    /** Training steps of the controller for each generation. @default 50 */
    controllerTrainSteps: positive.optional(),
  }),
  z.strictObject({
    type: z.literal("darts"),
    /** Epochs. @default 50 */
    numEpochs: positive.optional(),
    /** Learning rate of the weights. @default 0.025 */
    wLr: z.number().min(0).optional(),
    /** Least learning rate of the weights. @default 0.001 */
    wLrMin: z.number().min(0).optional(),
    /** Momentum of the weights. @default 0.9 */
    wMomentum: z.number().min(0).optional(),
    /** Decay of the weights. @default 0.0003 */
    wWeightDecay: z.number().min(0).optional(),
    /** Limit of the gradients of the weights. @default 5 */
    wGradClip: z.number().min(0).optional(),
    /** Learning rate of the architecture. @default 0.0003 */
    alphaLr: z.number().min(0).optional(),
    /** Decay of the architecture's weights. @default 0.001 */
    alphaWeightDecay: z.number().min(0).optional(),
    /** Batch size. @default 128 */
    batchSize: positive.optional(),
    /** Data loaders. @default 4 */
    numWorkers: z.int().min(0).optional(),
    /** Channels of the first layer. @default 16 */
    initChannels: positive.optional(),
    /** Nodes of a cell. @default 4 */
    numNodes: positive.optional(),
    /** Factor of the channels of the stem. @default 3 */
    stemMultiplier: positive.optional(),
  }),
]);

/** Settings of an algorithm. */
export type Algorithm = SettingsOf<typeof algorithmSchema>;

/** Path of the volume that trials of population-based training share. Source: Katib v0.19.0, pkg/suggestion/v1beta1/pbt/service.py, _DATA_PATH. */
export const PBT_FOLDER = "/opt/katib/data";

/** Names that are not those of our settings in snake case. */
const NAMES: Readonly<Record<string, string>> = { "tpe.nEiCandidates": "n_EI_candidates", "hyperband.maxResource": "r_l" };

/** Does the algorithm search for architectures, and not for parameters? */
export function searchesArchitectures({ type }: Algorithm): boolean {
  return type === "enas" || type === "darts";
}

/** `spec.algorithm` of an experiment. */
export function algorithmSpec(algorithm: Algorithm): JsonObject {
  const { type } = algorithm;
  const own = Object.entries(algorithm)
    .filter(([key, value]) => key !== "type" && value !== undefined)
    .map(([key, value]) => ({ name: NAMES[`${type}.${key}`] ?? snakeCase(key), value: `${value}` }));
  const folder = type === "pbt" ? [{ name: "suggestion_trial_dir", value: PBT_FOLDER }] : [];
  const algorithmSettings = [...own, ...folder];
  return { algorithmName: type, ...(algorithmSettings.length > 0 && { algorithmSettings }) };
}

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
