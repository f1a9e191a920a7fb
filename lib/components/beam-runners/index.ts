/** Runners of Beam pipelines besides Flink. */

export { BeamRunner, type BeamRunnerPlace } from "./beam-runner";
export { beamRunnersPin } from "./pin";
export {
  type BeamRunnerProps,
  beamRunnerSchema,
  type DaskRunnerProps,
  type DirectRunnerProps,
  daskRunnerSchema,
  directRunnerSchema,
  type PrismRunnerProps,
  prismRunnerSchema,
  type SparkRunnerProps,
  sparkRunnerSchema,
} from "./schema";
export { beamRunners } from "./section";
