/** In production, data outlives pods. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { type GroupKind, groupKind, type KubeObject } from "#lib/kube/object";
import type { Durability, FieldPath } from "#lib/kube/pin";
import { listAt } from "../json-at";
import type { Fault } from "../pod-rule";
import type { Finding, Rule } from "../rule";

/** Built-in kinds that hold data. */
const BUILT_IN: Readonly<Record<GroupKind, Durability>> = {
  "apps/StatefulSet": { type: "field", anyOf: [["spec", "volumeClaimTemplates", "0"]], otherwise: "nothing" },
};

/** A claim, or a store outside of the pod. */
export const productionDurableStorage: Rule = {
  id: "production-durable-storage",
  mirrors: ["mission E2"],
  allowed: "a PersistentVolumeClaim or object storage",
  fix: "set storage in the environment file",
  productionOnly: true,
  find: ({ release, ownedKind }) =>
    release.objects.flatMap((object): Finding[] => {
      const { manifest } = object;
      const durability = ownedKind(manifest)?.durableWhen ?? BUILT_IN[groupKind(manifest)];
      return durability ? faultsOf(manifest, durability).map((fault) => ({ object, ...fault })) : [];
    }),
};

function faultsOf(manifest: KubeObject, durability: Durability): Fault[] {
  switch (durability.type) {
    case "field": {
      const { anyOf, otherwise } = durability;
      const isSet = anyOf.some((path) => valueAt(manifest, path) !== undefined);
      return isSet ? [] : [{ at: (anyOf[0] ?? []).slice(0, -1).join("."), got: otherwise }];
    }
    case "claim":
      return objectsAt(manifest, durability.pods, "").flatMap(({ at, object }) => temporaryVolume(object, durability.claim, at));
  }
}

function temporaryVolume(pod: JsonObject, claim: string, at: string): Fault[] {
  const volume = listAt(pod, "volumes").find(({ name }) => name === claim);
  return volume?.["emptyDir"] === undefined ? [] : [{ at, got: `an emptyDir for ${claim}` }];
}

/** Every object at a path, and the path with positions in the place of `*`. */
function objectsAt(
  value: JsonValue | undefined,
  [step, ...rest]: FieldPath,
  at: string,
): { readonly at: string; readonly object: JsonObject }[] {
  if (step === undefined) return isJsonObject(value) ? [{ at, object: value }] : [];
  if (step === "*") {
    return Array.isArray(value) ? value.flatMap((item, position) => objectsAt(item, rest, `${at}[${position}]`)) : [];
  }
  return objectsAt(valueAt(value, [step]), rest, at === "" ? step : `${at}.${step}`);
}
