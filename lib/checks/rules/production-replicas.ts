/** In production, the loss of one pod stops nothing. */

import { isJsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import { type GroupKind, groupKind, type KubeObject } from "#lib/kube/object";
import type { FieldPath } from "#lib/kube/pin";
import type { Release } from "#lib/release/release";
import type { Finding, Rule } from "../rule";
import type { ReleaseView } from "../view";

/** Where the built-in kinds say how many pods there are. */
const BUILT_IN: Readonly<Record<GroupKind, readonly FieldPath[]>> = {
  "apps/Deployment": [["spec", "replicas"]],
  "apps/StatefulSet": [["spec", "replicas"]],
  "autoscaling/HorizontalPodAutoscaler": [["spec", "minReplicas"]],
};

/** Stand-ins of simulated operators run nothing. */
export const productionReplicas: Rule = {
  id: "production-replicas",
  mirrors: ["kube-score deployment-replicas", "kube-linter minimum-three-replicas", "polaris deploymentMissingReplicas"],
  allowed: "at least 2",
  fix: "raise replicas",
  productionOnly: true,
  find: ({ release, ownedKind }) => [
    ...notScaled(release.objects, ownedKind).flatMap((object): Finding[] => {
      const { manifest } = object;
      if (manifest.metadata.labels?.[SIMULATED_LABEL] === "true") return [];
      const paths = ownedKind(manifest)?.replicasAt ?? BUILT_IN[groupKind(manifest)] ?? [];
      return paths.flatMap((path) => tooFew(object, valueAt(manifest, path), path.join(".")));
    }),
    ...release.helmReleases.flatMap((object): Finding[] => {
      const path = object.chart.gateReplicasAt;
      return path ? tooFew(object, valueAt(object.values, path), ["values", ...path].join(".")) : [];
    }),
  ],
};

/** Without what autoscalers scale, or whose Deployment they do: their own numbers count, as the target has none. */
function notScaled(objects: Release["objects"], ownedKind: ReleaseView["ownedKind"]): Release["objects"] {
  const targets = objects.map(({ manifest }) => [manifest, valueAt(manifest, ["spec", "scaleTargetRef"])] as const);
  const scaled = new Set(
    targets.flatMap(([{ metadata }, target]) =>
      isJsonObject(target) ? [`${target["kind"]} ${metadata.namespace}/${target["name"]}`] : [],
    ),
  );
  return objects.filter(({ manifest }) => {
    const made = ownedKind(manifest)?.deploymentOf?.(manifest);
    return !scaled.has(placeOf(manifest)) && !scaled.has(`Deployment ${manifest.metadata.namespace}/${made}`);
  });
}

function placeOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}

function tooFew(object: Finding["object"], replicas: JsonValue | undefined, at: string): Finding[] {
  return Number(replicas ?? 1) < 2 ? [{ object, at, got: String(replicas ?? 1) }] : [];
}
