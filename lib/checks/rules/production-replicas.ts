/** In production, the loss of one pod stops nothing. */

import { type JsonValue, valueAt } from "#lib/core/json";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import { type GroupKind, groupKind } from "#lib/kube/object";
import type { FieldPath } from "#lib/kube/pin";
import type { Finding, Rule } from "../rule";

/** Where the built-in kinds say how many pods there are. */
const BUILT_IN: Readonly<Record<GroupKind, readonly FieldPath[]>> = {
  "apps/Deployment": [["spec", "replicas"]],
  "apps/StatefulSet": [["spec", "replicas"]],
};

/** Stand-ins of simulated operators run nothing. */
export const productionReplicas: Rule = {
  id: "production-replicas",
  mirrors: ["kube-score deployment-replicas", "kube-linter minimum-three-replicas", "polaris deploymentMissingReplicas"],
  allowed: "at least 2",
  fix: "raise replicas",
  productionOnly: true,
  find: ({ release, ownedKind }) => [
    ...release.objects.flatMap((object): Finding[] => {
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

function tooFew(object: Finding["object"], replicas: JsonValue | undefined, at: string): Finding[] {
  return Number(replicas ?? 1) < 2 ? [{ object, at, got: String(replicas ?? 1) }] : [];
}
