/** The transforms that Beam YAML knows by itself (names, fields and types) and its schema of pipelines, generated from the Beam package. Never edited. */

import type { JsonObject } from "#lib/core/json";
import facts from "./transforms.json";

/** One field of a transform's configuration. */
interface BeamFieldFacts {
  readonly type: string;
  readonly required: boolean;
}

/** One transform. A name such as `MapToFields-python` is the transform `MapToFields` in that language. */
export interface BeamTransformFacts {
  /** `java`: expanded by a Java service while the pipeline is submitted. */
  readonly language: string;
  readonly fields: Readonly<Record<string, BeamFieldFacts>>;
}

/** Every transform, by name. */
export const beamTransforms: Readonly<Record<string, BeamTransformFacts>> = facts.transforms;

/** Beam's own schema of a pipeline file, `pipeline.schema.yaml`. */
export const pipelineSchema: JsonObject = facts.schema;
