/** Which subtrees of a schema are Kubernetes' own (pod templates and their parts): typed as plain JSON, so that types stay readable. */

import { isJsonObject, type JsonObject } from "#lib/core/json";

/** Field names that together give a built-in type away. Source of the fields: Kubernetes 1.34, core/v1 types.go. */
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

/** The type to use instead of the schema's own, if it is a built-in one. */
export function looseType(schema: JsonObject): string | undefined {
  const properties = schema["properties"];
  if (!isJsonObject(properties)) return undefined;
  const has = (names: readonly string[]) => names.every((name) => Object.hasOwn(properties, name));
  if (BUILT_IN.some(has)) return "JsonObject";
  const { metadata, spec } = properties;
  const template = metadata !== undefined && isJsonObject(spec) && looseType(spec) !== undefined;
  return template ? "JsonObject" : undefined;
}
