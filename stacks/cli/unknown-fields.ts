/** Fields that a CRD on the cluster does not know: its operator is of another version than the environment is written for. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { compareText } from "#lib/core/order";
import type { KubeObject } from "#lib/kube/object";

/** What every object has, whatever its schema says. */
const OF_EVERY_OBJECT: readonly string[] = ["apiVersion", "kind", "metadata"];

/**
 * Paths of fields that the API server would drop without a word. Source: Kubernetes 1.34, "Field pruning" of CRDs and
 * apiextensions-apiserver pkg/apiserver/schema/pruning/algorithm.go.
 */
export function unknownFields(manifest: KubeObject, definition: KubeObject): string[] {
  const schema = schemaOf(definition, manifest.apiVersion.split("/").at(-1));
  return schema === undefined ? [] : [...new Set(inObject(manifest, schema, []))].sort(compareText);
}

/** The schema of a version; `undefined` where it has none. */
function schemaOf(definition: KubeObject, wanted: string | undefined): JsonObject | undefined {
  const versions = valueAt(definition, ["spec", "versions"]);
  const version = Array.isArray(versions) ? versions.find((one) => valueAt(one, ["name"]) === wanted) : undefined;
  const schema = valueAt(version, ["schema", "openAPIV3Schema"]);
  return isJsonObject(schema) ? { ...schema, "x-kubernetes-embedded-resource": true } : undefined;
}

function unknownIn(value: JsonValue | undefined, schema: JsonValue | undefined, path: readonly string[]): string[] {
  if (!isJsonObject(schema)) return [];
  if (Array.isArray(value)) return value.flatMap((item) => unknownIn(item, schema["items"], path));
  return isJsonObject(value) ? inObject(value, schema, path) : [];
}

function inObject(value: JsonObject, schema: JsonObject, path: readonly string[]): string[] {
  const { properties = {}, additionalProperties } = schema;
  const known = schema["x-kubernetes-embedded-resource"] === true ? OF_EVERY_OBJECT : [];
  const isOpen = schema["x-kubernetes-preserve-unknown-fields"] === true || additionalProperties === true;
  return Object.entries(value).flatMap(([key, member]) => {
    const own = [...path, key];
    const inner = valueAt(properties, [key]) ?? additionalProperties;
    if (known.includes(key)) return [];
    if (isJsonObject(inner)) return unknownIn(member, inner, own);
    return isOpen ? [] : [own.join(".")];
  });
}
