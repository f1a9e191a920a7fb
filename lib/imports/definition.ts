/** A CustomResourceDefinition as it is imported. */

import type { JsonObject } from "#lib/core/json";

/** Name of a definition; closed, so that it passes for any object's metadata. */
type DefinitionMeta = {
  readonly name: string;
  readonly annotations?: Readonly<Record<string, string>>;
};

/** A CustomResourceDefinition without prose. */
export interface Definition extends JsonObject {
  readonly apiVersion: "apiextensions.k8s.io/v1";
  readonly kind: "CustomResourceDefinition";
  readonly metadata: DefinitionMeta;
  readonly spec: JsonObject;
}
