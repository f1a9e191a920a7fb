/** Facts in a CustomResourceDefinition: names, versions, schema, status subresource. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { type GroupKind, groupKind, type KubeObject } from "./object";

/** One served version of a custom kind. */
export interface CustomKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly version: string;
  readonly scope: "Namespaced" | "Cluster";
  /** Is there a status subresource? Writes to it do not change `metadata.generation`. */
  readonly statusSubresource: boolean;
  /** The structural schema of the whole object. */
  readonly schema: JsonObject;
}

/** Every served version of a CRD; empty for an object of another kind. */
export function customKinds(definition: KubeObject): CustomKind[] {
  const spec = definition["spec"];
  if (groupKind(definition) !== "apiextensions.k8s.io/CustomResourceDefinition" || !isJsonObject(spec)) return [];
  const versions = spec["versions"];
  const common = {
    group: String(spec["group"]),
    kind: String(valueAt(spec, ["names", "kind"])),
    plural: String(valueAt(spec, ["names", "plural"])),
    scope: spec["scope"] === "Cluster" ? ("Cluster" as const) : ("Namespaced" as const),
  };
  return (Array.isArray(versions) ? versions : [])
    .filter(isJsonObject)
    .filter((version) => version["served"] === true)
    .map((version) => ({
      ...common,
      version: String(version["name"]),
      statusSubresource: valueAt(version, ["subresources", "status"]) !== undefined,
      schema: asObject(valueAt(version, ["schema", "openAPIV3Schema"])),
    }));
}

/**
 * A version of a kind, from a list of CRDs.
 *
 * @throws when no CRD serves it
 */
export function customKind(definitions: readonly KubeObject[], kind: GroupKind, version: string): CustomKind {
  const found = definitions.flatMap(customKinds).find((one) => `${one.group}/${one.kind}` === kind && one.version === version);
  if (!found) throw new Error(`no CRD serves version ${version} of ${kind}`);
  return found;
}

/** The schema of a field, or `undefined` where the schema does not name it. A list is entered without an index. */
export function fieldSchema(schema: JsonObject, path: readonly string[]): JsonObject | undefined {
  let at: JsonObject = schema;
  for (const step of path) {
    const inner = valueAt(itemSchema(at), ["properties", step]);
    if (!isJsonObject(inner)) return undefined;
    at = inner;
  }
  return at;
}

function itemSchema(schema: JsonObject): JsonObject {
  const items = schema["items"];
  return isJsonObject(items) ? items : schema;
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
