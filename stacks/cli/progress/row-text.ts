/** Rows of a run, and what they wait for, as text. */

import { count } from "../output";
import type { Busy, Row, RunKind } from "./run-model";

/** Word for a finished resource, by operation. */
const DONE: Readonly<Record<RunKind, string>> = { up: "ready", preview: "planned", refresh: "read", destroy: "gone" };

/** State of a row. */
export type RowState = "waiting" | "at work" | "done" | "failed";

/** The state of a row. */
export function rowState(row: Row): RowState {
  if (row.failed.length > 0) return "failed";
  if (row.busy.length > 0) return "at work";
  if (row.done >= row.total && row.done > 0) return "done";
  return row.beganMs === undefined ? "waiting" : "at work";
}

/** `3 of 7 ready`, `7 gone`. */
export function rowCount(row: Row, kind: RunKind): string {
  const failed = row.failed.length > 0 ? `, ${row.failed.length} failed` : "";
  return `${row.done}${row.total > 0 ? ` of ${row.total}` : ""} ${DONE[kind]}${failed}`;
}

/** Time since the row started, or its duration. */
export function rowElapsed(row: Row, now: number): string {
  return row.beganMs === undefined ? "" : elapsed((row.endedMs ?? now) - row.beganMs);
}

/** How to name a resource: by id, or by kind and name to save space. */
export type Naming = "id" | "kind and name";

/** What the slowest resource of a row waits for, and how many depend on it. */
export function rowWait(row: Row, naming: Naming): string {
  const slowest = [...row.busy].sort((a, b) => a.sinceMs - b.sinceMs)[0];
  return slowest ? busyText(slowest, naming) : "";
}

/** `apps/Deployment/a/b: 0 of 1 replicas available; 3 others need it`. */
function busyText({ id, operation, waitsFor, neededBy }: Busy, naming: Naming): string {
  const what = waitsFor ?? operation;
  const [, kind, ...rest] = id.split("/");
  const name = rest.at(-1);
  const called = naming === "kind and name" && name !== undefined ? `${kind} ${name}` : id;
  return `${called}: ${what}${neededBy > 0 ? `; ${count(neededBy, "other needs it", "others need it")}` : ""}`;
}

/** `0.4 s`, `12 s`, `2 min 5 s`. */
export function elapsed(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
