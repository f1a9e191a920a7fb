/** Beam pipelines on Flink. */

export { BeamPipeline, type BeamPipelinePlace, PIPELINE_LABEL } from "./beam-pipeline";
export { beamPipelineProblems } from "./checks";
export { beamPin } from "./pin";
export { type BeamPipelineProps, type BeamPipelineSettings, beamPipelineDefaults } from "./props";
export { beamPipelineSchema, beamPipelineSettingsSchema } from "./schema";
