/** Pod specs in objects: of the built-in workloads, and wherever a custom resource holds one. */

import { isJsonObject, type JsonObject, type JsonValue, replaceAt, valueAt } from "#lib/core/json";
import { isBuiltInGroup } from "./built-in";
import { type GroupKind, groupKind, groupOf, type KubeObject } from "./object";
import { definedKind } from "./references";

/** A pod spec in an object. */
export interface PodSpecPlace {
  /** Keys and positions that lead to it. */
  readonly path: readonly (string | number)[];
  readonly spec: JsonObject;
  /** Is it in a custom resource? */
  readonly custom: boolean;
}

/** Paths of pod specs in built-in kinds. */
const POD_PATHS: Readonly<Record<GroupKind, readonly string[]>> = {
  "core/Pod": ["spec"],
  "core/PodTemplate": ["template", "spec"],
  "core/ReplicationController": ["spec", "template", "spec"],
  "apps/Deployment": ["spec", "template", "spec"],
  "apps/StatefulSet": ["spec", "template", "spec"],
  "apps/DaemonSet": ["spec", "template", "spec"],
  "apps/ReplicaSet": ["spec", "template", "spec"],
  "batch/Job": ["spec", "template", "spec"],
  "batch/CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
};

/** Every pod spec of an object. */
export function podSpecsOf(manifest: KubeObject): PodSpecPlace[] {
  if (definedKind(manifest)) return [];
  if (!isBuiltInGroup(groupOf(manifest.apiVersion))) return specsBelow(manifest["spec"], ["spec"]);
  const path = POD_PATHS[groupKind(manifest)];
  const spec = path && valueAt(manifest, path);
  return path && isJsonObject(spec) ? [{ path, spec, custom: false }] : [];
}

/** Keys of pod specs in custom resources: the usual one, and those of kinds that give each of their parts a pod spec. */
const POD_KEYS: ReadonlySet<string | number | undefined> = new Set(["spec", "predictor", "transformer", "template", "worker"]);

/** In a custom resource, an object with containers below one of these keys is a pod spec. */
function specsBelow(value: JsonValue | undefined, path: readonly (string | number)[]): PodSpecPlace[] {
  if (Array.isArray(value)) return value.flatMap((item, position) => specsBelow(item, [...path, position]));
  if (!isJsonObject(value)) return [];
  const { containers } = value;
  if (POD_KEYS.has(path.at(-1)) && Array.isArray(containers) && containers.some(isJsonObject)) return [{ path, spec: value, custom: true }];
  return Object.keys(value).flatMap((key) => specsBelow(value[key], [...path, key]));
}

/** The object with every pod spec changed. */
export function withPodSpecs(manifest: KubeObject, change: (spec: JsonObject) => JsonObject): KubeObject {
  return podSpecsOf(manifest).reduce<JsonValue>(
    (object, { path, spec }) => replaceAt(object, path, change(spec)),
    manifest as JsonObject,
  ) as KubeObject;
}
