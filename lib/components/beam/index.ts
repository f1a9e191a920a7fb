/** Beam: pipelines that run on an engine. */

export { BeamPipeline, type BeamPipelinePlace } from "./beam-pipeline";
export { beamPin } from "./pin";
export { type BeamPipelineProps, beamPipelineSchema } from "./schema";
export { beam } from "./section";
