/** A readiness row applied to a live object. */

import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import type { KubeObject } from "./object";
import type { Readiness, StatusTest } from "./readiness";

/** Health of an object. */
export interface Health {
  readonly state: "ready" | "waiting" | "failed";
  /** What is pending or what failed, in one line. */
  readonly message: string;
}

/**
 * Health of a live object, by the readiness row of its kind. A failed test takes precedence. An object that is held back, such as by a queue,
 * counts as ready. A status of an older generation says nothing about the current spec: such an object is neither ready nor failed, unless its
 * operator refused the spec.
 */
export function healthOf(object: KubeObject, readiness: Readiness): Health {
  const behind = readiness.observesOther ? undefined : generationBehind(object, object["status"]);
  if (behind !== undefined) return staleHealth(object, readiness, behind);
  const failure = readiness.failed.find((test) => holds(object, test));
  if (failure) return { state: "failed", message: saidBy(object, failure) };
  const missing = readiness.ready.find((test) => !holds(object, test));
  const held = missing && readiness.held?.find((test) => holds(object, test));
  if (held) return { state: "ready", message: `held back: ${saidBy(object, held)}` };
  return missing
    ? { state: "waiting", message: `waiting for ${wanted(missing)}; ${saidBy(object, missing)}` }
    : { state: "ready", message: "ready" };
}

function staleHealth(object: KubeObject, { refusedBy }: Readiness, behind: string): Health {
  const error = refusedBy === undefined ? undefined : fieldOf(object, refusedBy);
  if (typeof error === "string" && error !== "") return { state: "failed", message: `the operator refused the spec: ${error}` };
  return { state: "waiting", message: behind };
}

function holds(object: KubeObject, test: StatusTest): boolean {
  if (test.type === "condition") {
    const condition = conditionOf(object, test.name);
    return condition?.["status"] === test.status && generationBehind(object, condition) === undefined;
  }
  return test.anyOf.includes(String(fieldOf(object, test.path) ?? ""));
}

/** What to say of a status or condition that was written for an older generation; `undefined` if it is current or names no generation. */
function generationBehind({ metadata }: KubeObject, part: JsonValue | undefined): string | undefined {
  const { generation } = metadata;
  const observed = isJsonObject(part) ? part["observedGeneration"] : undefined;
  if (typeof generation !== "number" || typeof observed !== "number" || observed >= generation) return undefined;
  return `waiting for the operator to observe generation ${generation}; it has observed ${observed}`;
}

function conditionOf(object: KubeObject, name: string): JsonObject | undefined {
  const conditions = valueAt(object, ["status", "conditions"]);
  return Array.isArray(conditions) ? conditions.filter(isJsonObject).find((condition) => condition["type"] === name) : undefined;
}

function fieldOf(object: KubeObject, path: string): JsonValue | undefined {
  return valueAt(
    object,
    path.split(".").filter((step) => step !== ""),
  );
}

function wanted(test: StatusTest): string {
  return test.type === "condition" ? `condition ${test.name} to be ${test.status}` : `${test.path} to be ${test.anyOf.join(" or ")}`;
}

/** The tested field of the object. */
function saidBy(object: KubeObject, test: StatusTest): string {
  if (test.type === "field") return `${test.path} is ${JSON.stringify(fieldOf(object, test.path) ?? null)}`;
  const condition = conditionOf(object, test.name);
  if (!condition) return `no condition ${test.name} yet`;
  const behind = generationBehind(object, condition);
  if (behind !== undefined) return behind;
  const words = [condition["reason"], condition["message"]].filter((word) => typeof word === "string" && word !== "");
  return `${test.name} is ${condition["status"]}${words.length > 0 ? `: ${words.join(": ")}` : ""}`;
}
