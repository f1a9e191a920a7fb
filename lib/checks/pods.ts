/** Pod specs in finished objects: of the built-in workloads, and wherever a custom resource holds one. */

import type { JsonObject } from "#lib/core/json";
import { podSpecsOf } from "#lib/kube/pod-specs";
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

const CONTAINER_LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;

/** Every pod spec of one object. */
export function podsOf(object: ReleaseObject): PodUse[] {
  return podSpecsOf(object.manifest).map(({ path, spec, custom }) => podUse(object, spec, { at: pathText(path), custom }));
}

function pathText(path: readonly (string | number)[]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .slice(1);
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
