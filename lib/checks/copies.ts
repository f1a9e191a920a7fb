/** How many pods or claims an object makes of one template. */

import { type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { parseQuantity } from "#lib/kube/quantity";
import { mapAt } from "./json-at";

/** A template in an object. */
interface TemplateUse {
  /** The object; of a Helm release, its values. */
  readonly root: JsonObject;
  /** Path in it. */
  readonly at: string;
}

/** Copies that the object can come to make of a template of its pods or claims; one where nothing is said. */
export function copiesOf(template: TemplateUse): number {
  return countAbove(template) ?? taskManagersOf(template) ?? 1;
}

/** By what words the kinds say how many pods of a template there are; the most, where they say a range. */
const COUNTS = ["maxReplicas", "replicas", "count", "parallelism"];

/** The nearest count above the template. */
function countAbove({ root, at }: TemplateUse): number | undefined {
  const path = at.split(/\.|\[(?=\d)|\](?:\.|$)/).filter((step) => step !== "");
  for (let depth = path.length - 1; depth > 0; depth--) {
    const around = valueAt(root, path.slice(0, depth));
    const found = COUNTS.map((word) => numberAt(around, word)).find((count) => count !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Flink in native mode starts TaskManagers as jobs ask for slots: up to a limit of slots, none for which not all of its slots are left.
 * Source: SlotManager of Flink 2.2.
 */
function taskManagersOf({ root: manifest, at }: TemplateUse): number | undefined {
  if (manifest["kind"] !== "FlinkDeployment" || !at.startsWith("spec.taskManager.")) return undefined;
  const setting = (key: string) => numberAt(mapAt(mapAt(manifest, "spec"), "flinkConfiguration"), key);
  const slots = setting("taskmanager.numberOfTaskSlots") ?? 1;
  const most = setting("slotmanager.number-of-slots.max");
  const limit = most === undefined ? undefined : Math.floor(most / slots);
  const wanted = numberAt(mapAt(mapAt(manifest, "spec"), "job"), "parallelism");
  if (wanted !== undefined) return Math.min(Math.ceil(wanted / slots), limit ?? wanted);
  return limit ?? Math.ceil((setting("slotmanager.number-of-slots.min") ?? slots) / slots);
}

/** Configuration in texts holds its numbers as texts. */
function numberAt(value: JsonValue | undefined, key: string): number | undefined {
  const found = valueAt(value, [key]);
  return typeof found === "number" || typeof found === "string" ? parseQuantity(found) : undefined;
}
