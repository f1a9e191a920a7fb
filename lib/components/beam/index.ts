/** Beam pipelines on Flink. */

export { BeamPipeline, type BeamPipelinePlace } from "./beam-pipeline";
export { beamPin } from "./pin";
export { type BeamPipelineProps, beamPipelineDefaults } from "./props";
export { beamPipelineSchema } from "./schema";
