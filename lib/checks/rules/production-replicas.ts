/** In production, the loss of one pod stops nothing. */

import { valueAt } from "#lib/core/json";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import { type GroupKind, groupKind } from "#lib/kube/object";
import type { Finding, Rule } from "../rule";

/** Where each kind says how many pods of a part there are, and what holds when it says nothing. */
const REPLICAS: Readonly<Record<GroupKind, readonly (readonly string[])[]>> = {
  "apps/Deployment": [["spec", "replicas"]],
  "apps/StatefulSet": [["spec", "replicas"]],
  "flink.apache.org/FlinkDeployment": [["spec", "jobManager", "replicas"]],
};

/** Stand-ins of simulated operators run nothing. */
export const productionReplicas: Rule = {
  id: "production-replicas",
  mirrors: ["kube-score deployment-replicas", "kube-linter minimum-three-replicas", "polaris deploymentMissingReplicas"],
  allowed: "at least 2",
  fix: "raise replicas",
  productionOnly: true,
  find: ({ release }) =>
    release.objects.flatMap((object): Finding[] => {
      if (object.manifest.metadata.labels?.[SIMULATED_LABEL] === "true") return [];
      return (REPLICAS[groupKind(object.manifest)] ?? []).flatMap((path) => {
        const replicas = valueAt(object.manifest, path) ?? 1;
        return Number(replicas) < 2 ? [{ object, at: path.join("."), got: String(replicas) }] : [];
      });
    }),
};
