/** Pods ask for no more accelerators than their pools can ever give. */

import { type JsonValue, valueAt } from "#lib/core/json";
import { groupKind } from "#lib/kube/object";
import { exceeds, parseQuantity } from "#lib/kube/quantity";
import type { PoolLimits } from "../context";
import { mapAt } from "../json-at";
import type { PodUse } from "../pods";
import type { Finding, Rule } from "../rule";

/** What one pod spec asks for, all its copies together. */
interface Ask {
  readonly pod: PodUse;
  /** Of one pod. */
  readonly each: number;
  readonly total: number;
}

/** Such pods would wait for ever. */
export const gpuBudget: Rule = {
  id: "gpu-budget",
  mirrors: [],
  allowed: "asks that fit into the pool",
  fix: "ask for less, or raise the pool's maximum",
  find: ({ pods }, { pools }) => pools.flatMap((pool) => overdrawn(pool, pods)),
};

function overdrawn(pool: PoolLimits, pods: readonly PodUse[]): Finding[] {
  const { resource, accelerators } = pool.capacity;
  if (resource === undefined) return [];
  const asks = pods
    .filter((pod) => sentTo(pod, pool))
    .map((pod) => askOf(pod, resource))
    .filter(({ each }) => each > 0);
  const largestNode = Math.max(0, ...pool.shapes.map((shape) => shape.accelerators));
  const tooLarge = asks.filter(({ each }) => exceeds(each, largestNode));
  const total = asks.reduce((sum, ask) => sum + ask.total, 0);
  const [first] = [...asks].sort((a, b) => b.total - a.total);
  const allowed = `at most ${accelerators} ${resource} in the pool ${pool.name}, ${largestNode} on one node`;
  return [
    ...tooLarge.map(({ pod, each }) => ({ object: pod.object, at: pod.at, got: `a pod that asks for ${each} ${resource}`, allowed })),
    ...(first && exceeds(total, accelerators)
      ? [{ object: first.pod.object, at: first.pod.at, got: `${total} ${resource} asked for by ${asks.length} kinds of pod`, allowed }]
      : []),
  ];
}

/** The pool's own labels are all in the pod's selector. */
function sentTo({ spec }: PodUse, pool: PoolLimits): boolean {
  const selector = mapAt(spec, "nodeSelector");
  return Object.entries(pool.nodeSelector).every(([key, value]) => selector[key] === value);
}

function askOf(pod: PodUse, resource: string): Ask {
  const each = pod.containers.reduce((sum, { container }) => sum + gpusOf(mapAt(container, "resources"), resource), 0);
  return { pod, each, total: each * copiesOf(pod) };
}

function gpusOf(resources: ReturnType<typeof mapAt>, resource: string): number {
  const asked = mapAt(resources, "limits")[resource] ?? mapAt(resources, "requests")[resource];
  return typeof asked === "string" || typeof asked === "number" ? (parseQuantity(asked) ?? 0) : 0;
}

function copiesOf(pod: PodUse): number {
  return countAbove(pod) ?? taskManagersOf(pod) ?? 1;
}

/** By what words the kinds say how many pods of a template there are; the most, where they say a range. */
const COUNTS = ["maxReplicas", "replicas", "count", "parallelism"];

/** The nearest count above the template. */
function countAbove({ object, at }: PodUse): number | undefined {
  const path = at.split(/\.|\[(?=\d)|\](?:\.|$)/).filter((step) => step !== "");
  for (let depth = path.length - 1; depth > 0; depth--) {
    const around = valueAt(object.manifest, path.slice(0, depth));
    const found = COUNTS.map((word) => numberAt(around, word)).find((count) => count !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Flink in native mode starts TaskManagers as jobs ask for slots: up to a limit of slots, none for which not all of its slots are left.
 * Source: SlotManager of Flink 2.2.
 */
function taskManagersOf({ object: { manifest }, at }: PodUse): number | undefined {
  if (groupKind(manifest) !== "flink.apache.org/FlinkDeployment" || !at.startsWith("spec.taskManager.")) return undefined;
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
