/** Finds built-in Kubernetes types in a schema (pod templates and their parts): typed as plain JSON to keep types readable. */

import { isJsonObject, type JsonObject } from "#lib/core/json";

/** Field names that identify a built-in type. Source of the fields: Kubernetes 1.34, core/v1 types.go. */
const BUILT_IN: readonly (readonly string[])[] = [
  ["containers", "nodeSelector", "tolerations"],
  ["command", "args", "volumeMounts", "env"],
  ["nodeAffinity", "podAffinity", "podAntiAffinity"],
  ["configMap", "emptyDir", "hostPath"],
  ["limits", "requests"],
  ["runAsNonRoot", "seLinuxOptions"],
  ["httpGet", "tcpSocket", "exec"],
  ["accessModes", "resources", "storageClassName"],
  ["capacity", "accessModes", "phase"],
  ["labelSelector", "topologyKey"],
  ["maxSkew", "topologyKey"],
  ["name", "value", "valueFrom"],
  ["clusterIP", "externalTrafficPolicy", "ports"],
];

/** The type that replaces the schema's own, if it is a built-in type. */
export function looseType(schema: JsonObject): string | undefined {
  const properties = schema["properties"];
  if (!isJsonObject(properties)) return undefined;
  const has = (names: readonly string[]) => names.every((name) => Object.hasOwn(properties, name));
  if (BUILT_IN.some(has)) return "JsonObject";
  const { metadata, spec } = properties;
  const template = metadata !== undefined && isJsonObject(spec) && looseType(spec) !== undefined;
  return template ? "JsonObject" : undefined;
}
