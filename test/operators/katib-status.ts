/** What Katib writes into the status of searches and trials. */

import { type JsonValue, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";

/** Conditions by type. */
export function conditionsOf(status: JsonValue | undefined): Record<string, JsonValue | undefined> {
  const conditions = valueAt(status, ["conditions"]);
  return Object.fromEntries(
    (Array.isArray(conditions) ? conditions : []).map((one) => [String(valueAt(one, ["type"])), valueAt(one, ["status"])]),
  );
}

/** Status of a condition. */
export function condition(seen: KubeObject, type: string): JsonValue | undefined {
  return conditionsOf(seen["status"])[type];
}

/** Why a condition is what it is. */
export function conditionReason(seen: KubeObject, type: string): JsonValue | undefined {
  const conditions = valueAt(seen, ["status", "conditions"]);
  return (Array.isArray(conditions) ? conditions : [])
    .map((one) => (valueAt(one, ["type"]) === type ? valueAt(one, ["reason"]) : undefined))
    .find(Boolean);
}

/** The least loss that a trial reported. */
export function lossOf(trial: JsonValue | undefined): number {
  return Number(valueAt(trial, ["observation", "metrics", 0, "min"]));
}

/** That of a trial which has ended. */
export function lossesOf({ status }: KubeObject): number[] {
  return valueAt(status as JsonValue, ["observation"]) === undefined ? [] : [lossOf(status as JsonValue)];
}

/** Parameters of a trial. */
export function assignmentsOf(trial: JsonValue | undefined): [name: string, value: string][] {
  const all = valueAt(trial, ["parameterAssignments"]);
  return (Array.isArray(all) ? all : []).map((one) => [String(valueAt(one, ["name"])), String(valueAt(one, ["value"]))]);
}
