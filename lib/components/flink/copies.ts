/** Upper limit of TaskManagers of a cluster, from its FlinkDeployment. */

import { isJsonObject, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { quantityOf } from "#lib/kube/quantity";

/** Pods of both colours of a blue-green deployment, which run at the same time during a change. */
export function podsOfBoth({ spec, ...object }: KubeObject, at: string): number | undefined {
  const template = valueAt(spec, ["template"]);
  if (!isJsonObject(template) || !isJsonObject(template["spec"])) return undefined;
  const one = { ...object, spec: template["spec"] };
  const managers = quantityOf(valueAt(one, ["spec", "jobManager", "replicas"])) ?? 1;
  return 2 * (taskManagersOf(one, at.replace(/^spec\.template\./, "")) ?? managers);
}

/**
 * In native mode Flink starts TaskManagers when jobs request slots, up to a limit of slots; it starts none that would exceed the limit.
 * Source: SlotManager of Flink 2.2.
 */
export function taskManagersOf(deployment: KubeObject, at: string): number | undefined {
  if (!at.startsWith("spec.taskManager.")) return undefined;
  const setting = (key: string) => quantityOf(valueAt(deployment, ["spec", "flinkConfiguration", key]));
  const slots = setting("taskmanager.numberOfTaskSlots") ?? 1;
  const most = setting("slotmanager.number-of-slots.max");
  const limit = most === undefined ? undefined : Math.floor(most / slots);
  const wanted = quantityOf(valueAt(deployment, ["spec", "job", "parallelism"]));
  if (wanted !== undefined) return Math.min(Math.ceil(wanted / slots), limit ?? wanted);
  return limit ?? Math.ceil((setting("slotmanager.number-of-slots.min") ?? slots) / slots);
}
