/** Pod specs in finished objects: of the built-in workloads, and wherever a custom resource holds one. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { isBuiltInGroup } from "#lib/kube/built-in";
import { type GroupKind, groupKind, groupOf } from "#lib/kube/object";
import { definedKind } from "#lib/kube/references";
import type { ReleaseObject } from "#lib/release/release";
import { listAt } from "./json-at";

/** A container in a pod spec. */
export interface ContainerUse {
  /** Path in the object. */
  readonly at: string;
  readonly container: JsonObject;
  /** Does the operator of the custom resource set image and resources from other fields? */
  readonly filledIn: boolean;
}

/** A pod spec in an object. */
export interface PodUse {
  readonly object: ReleaseObject;
  /** Path in the object. */
  readonly at: string;
  readonly spec: JsonObject;
  /** Init containers and debug containers too. */
  readonly containers: readonly ContainerUse[];
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

const CONTAINER_LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;

/** Every pod spec of one object. */
export function podsOf(object: ReleaseObject): PodUse[] {
  const { manifest } = object;
  if (definedKind(manifest)) return [];
  if (!isBuiltInGroup(groupOf(manifest.apiVersion))) return podsBelow(object, manifest["spec"], "spec");
  const path = POD_PATHS[groupKind(manifest)];
  const spec = path && valueAt(manifest, path);
  return path && isJsonObject(spec) ? [podUse(object, spec, { at: path.join("."), custom: false })] : [];
}

/** In a custom resource, an object `spec` with containers is a pod spec. */
function podsBelow(object: ReleaseObject, value: JsonValue | undefined, at: string): PodUse[] {
  if (Array.isArray(value)) return value.flatMap((item, position) => podsBelow(object, item, `${at}[${position}]`));
  if (!isJsonObject(value)) return [];
  if (/(?:^|\.)spec$/.test(at) && listAt(value, "containers").length > 0) return [podUse(object, value, { at, custom: true })];
  return Object.keys(value).flatMap((key) => podsBelow(object, value[key], `${at}.${key}`));
}

function podUse(object: ReleaseObject, spec: JsonObject, { at, custom }: { readonly at: string; readonly custom: boolean }): PodUse {
  const containers = CONTAINER_LISTS.flatMap((list) =>
    listAt(spec, list).map((container, position) => ({
      container,
      at: `${at}.${list}[${position}]`,
      filledIn: custom && container["image"] === undefined,
    })),
  );
  return { object, at, spec, containers };
}
