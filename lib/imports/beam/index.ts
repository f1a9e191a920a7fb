/** What Beam YAML knows by itself: its transforms and types of providers with their fields, and its schema of pipelines; generated from the Beam package. Never edited. */

import type { JsonObject, JsonValue } from "#lib/core/json";
import facts from "./transforms.json";

export type { BeamConfigs } from "./configs";

/** One field of a configuration. */
interface BeamFieldFacts {
  /** JSON schema of its type; empty where Beam does not tell. */
  readonly schema: JsonObject;
  readonly required: boolean;
  /** @default Beam does not tell it */
  readonly default?: JsonValue;
}

/** Fields of a configuration. */
export interface BeamConfigFacts {
  readonly fields: Readonly<Record<string, BeamFieldFacts>>;
  /** Does it take fields that are not listed? */
  readonly open: boolean;
  /** Fields that Beam passes on to the code below under their own names. @default none */
  readonly passed?: readonly string[];
}

/** One transform. A name such as `MapToFields-python` is the transform `MapToFields` in that language. */
export interface BeamTransformFacts extends BeamConfigFacts {
  /** `java`: expanded by a Java service while the pipeline is submitted. */
  readonly language: string;
  /** Does it read a collection? @default not known */
  readonly input?: boolean;
}

/** Every transform, by name. */
export const beamTransforms: Readonly<Record<string, BeamTransformFacts>> = facts.transforms;

/** Every type of provider, by name, with the fields of its `config`. */
export const beamProviders: Readonly<Record<string, BeamConfigFacts>> = facts.providers;

/** Names that fields of transforms may have as values. */
export const beamNames: Readonly<Record<"combineFunctions" | "modelHandlers" | "resourceHints" | "windowingInfo", readonly string[]>> =
  facts.names;

/** Beam's own schema of a pipeline file, `pipeline.schema.yaml`. */
export const pipelineSchema: JsonObject = facts.schema;
