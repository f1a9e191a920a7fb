/** Pods with accelerators get from their pool what their runtime needs: a RuntimeClass, and shared memory. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import type { AcceleratedPods, INodePool } from "./node-pool";
import type { KubeObject } from "./object";
import { withPodSpecs } from "./pod-specs";
import { quantityOf } from "./quantity";

/** Facts of a pool that its pods need. */
export type AcceleratedPool = Pick<INodePool, "nodeSelector" | "capacity" | "accelerated">;

const SHARED_MEMORY = { volume: "dshm", path: "/dev/shm" } as const;

/** The object with the fields of its pool in every pod spec that asks for accelerators of one. What a pod sets itself stays. */
export function withAcceleratedPods(manifest: KubeObject, pools: readonly AcceleratedPool[]): KubeObject {
  const accelerated = pools.filter((pool) => pool.accelerated !== undefined);
  if (accelerated.length === 0) return manifest;
  return withPodSpecs(manifest, (spec) => {
    const pool = accelerated.find((one) => isSentTo(spec, one));
    const { accelerated: access, capacity } = pool ?? {};
    return access && capacity?.resource !== undefined ? withAccess(spec, access, capacity.resource) : spec;
  });
}

/** The pool's own labels are all in the pod's selector. */
function isSentTo(spec: JsonObject, { nodeSelector }: AcceleratedPool): boolean {
  const selector = spec["nodeSelector"];
  return isJsonObject(selector) && Object.entries(nodeSelector).every(([key, value]) => selector[key] === value);
}

function withAccess(spec: JsonObject, { runtimeClassName, sharedMemory }: AcceleratedPods, resource: string): JsonObject {
  const containers = maps(spec["containers"]);
  const asking = new Set(containers.filter((container) => asksFor(container, resource)));
  if (asking.size === 0) return spec;
  const volumes = maps(spec["volumes"]);
  const isMounted = containers.some((container) =>
    maps(container["volumeMounts"]).some(({ mountPath }) => mountPath === SHARED_MEMORY.path),
  );
  return {
    ...(runtimeClassName !== undefined && { runtimeClassName }),
    ...spec,
    ...(!isMounted && {
      containers: containers.map((container) => (asking.has(container) ? withSharedMemory(container) : container)),
      volumes: [...volumes, { name: SHARED_MEMORY.volume, emptyDir: { medium: "Memory", sizeLimit: `${sharedMemory}` } }],
    }),
  };
}

function asksFor({ resources }: JsonObject, resource: string): boolean {
  if (!isJsonObject(resources)) return false;
  return [resources["limits"], resources["requests"]].some((amounts) => isJsonObject(amounts) && (quantityOf(amounts[resource]) ?? 0) > 0);
}

function withSharedMemory(container: JsonObject): JsonObject {
  const { volume: name, path: mountPath } = SHARED_MEMORY;
  return { ...container, volumeMounts: [...maps(container["volumeMounts"]), { name, mountPath }] };
}

function maps(list: JsonValue | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
