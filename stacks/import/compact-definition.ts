/**
 * Strips the prose from a CRD; keeps everything that affects validation, storage and serving.
 * Source of the fields: Kubernetes 1.34, apiextensions/v1 types.go (JSONSchemaProps, ValidationRule).
 */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { listOf, objectOf } from "./json-parts";

/** The CRD without descriptions. */
export function compactDefinition(definition: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = definition;
  const spec = objectOf(definition["spec"]);
  const approved = metadata.annotations?.[APPROVED];
  return {
    apiVersion,
    kind,
    metadata: { name: metadata.name, ...(approved !== undefined && { annotations: { [APPROVED]: approved } }) },
    spec: { ...spec, versions: listOf(spec["versions"]).map((version) => compactVersion(objectOf(version))) },
  };
}

/** The server requires this annotation for groups below k8s.io and kubernetes.io. */
const APPROVED = "api-approved.kubernetes.io";

function compactVersion(version: JsonObject): JsonObject {
  const { additionalPrinterColumns: _columns, deprecationWarning: _warning, ...facts } = version;
  const schema = objectOf(objectOf(version["schema"])["openAPIV3Schema"]);
  return { ...facts, schema: { openAPIV3Schema: compactSchema(schema) } };
}

/** Keywords with text for people. */
const PROSE = new Set(["description", "title", "example", "externalDocs"]);

/** Keywords that hold one schema, a list of them, or schemas by name. */
const INNER: Readonly<Record<string, (value: JsonValue) => JsonValue>> = {
  items: compactOne,
  not: compactOne,
  additionalProperties: compactOne,
  allOf: compactEach,
  anyOf: compactEach,
  oneOf: compactEach,
  properties: (value) => Object.fromEntries(Object.entries(objectOf(value)).map(([key, inner]) => [key, compactOne(inner ?? {})])),
  "x-kubernetes-validations": (value) => listOf(value).map((rule) => compactRule(objectOf(rule))),
};

function compactSchema(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([key, value]) => value !== undefined && !PROSE.has(key) && !isNoProperties(key, value));
  return Object.fromEntries(kept.map(([key, value]) => [key, INNER[key]?.(value ?? null) ?? value]));
}

/** The server drops an empty map, so that each later run would add it again. */
function isNoProperties(key: string, value: JsonValue): boolean {
  return key === "properties" && isJsonObject(value) && Object.keys(value).length === 0;
}

function compactOne(value: JsonValue): JsonValue {
  return isJsonObject(value) ? compactSchema(value) : value;
}

function compactEach(value: JsonValue): JsonValue {
  return listOf(value).map(compactOne);
}

/** The server requires a message for rules with line breaks; for others it quotes the rule. */
function compactRule(rule: JsonObject): JsonObject {
  const { message: _message, messageExpression: _expression, ...facts } = rule;
  return {
    ...facts,
    rule: String(rule["rule"])
      .trim()
      .replace(/\s*\n\s*/g, " "),
  };
}
