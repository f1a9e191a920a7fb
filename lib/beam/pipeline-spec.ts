/** A Beam pipeline written as typed data instead of YAML, and the YAML it is. */

import type { JsonObject } from "#lib/core/json";
import { blockYaml } from "./yaml-text";

/** One transform. Keys that this type does not name are kept. */
interface BeamTransformSpec extends JsonObject {
  /** A transform of Beam, of a provider, or `chain` or `composite`. */
  readonly type: string;
  /** What other transforms call it. @default its type */
  readonly name?: string;
  /** @default none */
  readonly config?: JsonObject;
}

/** What runs. */
interface BeamGraphSpec extends JsonObject {
  /** `chain` feeds each transform from the one before. @default "composite" */
  readonly type?: "chain" | "composite";
  /** @default none, where source and sink are given */
  readonly transforms?: readonly BeamTransformSpec[];
}

/** A pipeline file as data. Texts are literal: Jinja in them does nothing. */
export interface BeamPipelineSpec extends JsonObject {
  readonly pipeline: BeamGraphSpec;
  /** Where transforms that are not Beam's own come from. @default none */
  readonly providers?: readonly JsonObject[];
  /** Pipeline options. @default none */
  readonly options?: JsonObject;
}

/** The pipeline as Beam YAML. */
export function pipelineYaml(spec: BeamPipelineSpec): string {
  return blockYaml(spec);
}
