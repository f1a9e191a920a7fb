/** Upper limit of pods of a worker group. */

import { isJsonObject, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { quantityOf } from "#lib/kube/quantity";

/** Path of a worker group's template in any of KubeRay's kinds. */
const GROUP = /^(?<cluster>.+)\.workerGroupSpecs\[(?<index>\d+)\]\.template\.spec$/;

/** A replica is `numOfHosts` pods. While `NewCluster` upgrades a service, both clusters run. Source: KubeRay v1.7.0, rayservice_controller.go. */
export function rayPodsOf(object: KubeObject, at: string): number | undefined {
  const clusters = valueAt(object, ["spec", "upgradeStrategy", "type"]) === "NewCluster" ? 2 : 1;
  const found = GROUP.exec(at)?.groups;
  if (!found) return clusters;
  const groups = valueAt(object, [...(found["cluster"] ?? "").split("."), "workerGroupSpecs"]);
  const group = Array.isArray(groups) ? groups[Number(found["index"])] : undefined;
  if (!isJsonObject(group)) return undefined;
  return clusters * (quantityOf(group["maxReplicas"]) ?? 1) * (quantityOf(group["numOfHosts"]) ?? 1);
}
