/** The transforms that Beam YAML knows by itself: names, fields and types, generated from the Beam package. Never edited. */

import facts from "./transforms.json";

/** One field of a transform's configuration. */
export interface BeamFieldFacts {
  readonly type: string;
  readonly required: boolean;
}

/** One transform. A name such as `MapToFields-python` is the transform `MapToFields` in that language. */
export interface BeamTransformFacts {
  /** `java`: expanded by a Java service while the pipeline is submitted. */
  readonly language: string;
  readonly fields: Readonly<Record<string, BeamFieldFacts>>;
}

/** Package and version that the facts were read from. */
export const beamFactsOrigin: string = facts.origin;

/** SHA-256 of the package's own tables, by file. */
export const beamFactsDigests: Readonly<Record<string, string>> = facts.digests;

/** Every transform, by name. */
export const beamTransforms: Readonly<Record<string, BeamTransformFacts>> = facts.transforms;
