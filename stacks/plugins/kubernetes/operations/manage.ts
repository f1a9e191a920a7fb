/** Who manages which field: names for server-side apply, fields taken over from plain creates, conflicts told. */

import { isJsonObject, type JsonObject } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { type ApiError, isConflict } from "#stacks/cluster/api-error";
import { refOf } from "#stacks/cluster/calls";
import type { KubeClient } from "#stacks/cluster/client";
import { ANNOTATION, annotationOf, objectsAt, textAt } from "../kube-fields";
import { newFieldManager } from "../naming";
import type { Session } from "../session";

/** The manager under which pulumi-kubernetes creates an object. */
export const CREATE_MANAGER = "pulumi-kubernetes";

/**
 * Managers whose fields are ours to take over, as pulumi-kubernetes does: its own plain writes under each name it has
 * had, and what a person applied with kubectl to an object that the program owns.
 */
const TAKEN_OVER: ReadonlySet<string> = new Set([
  "kubectl/Apply",
  "kubectl/Update",
  "before-first-apply/Update",
  "pulumi-kubernetes/Update",
  "pulumi-kubernetes.exe/Update",
  "pulumi-resource-kubernetes/Update",
]);
const BY_HAND = /^kubectl(?!-client-side-apply)(?:-[a-z-]+)?$/;
const OWN_WRITES = /^(?:pulumi-kubernetes|pulumi-kubernetes\.exe|pulumi-resource-kubernetes)$/;

/** The manager of an object: its annotation's, that of the state, or a new one. */
export function fieldManagerOf(inputs: JsonObject, stateManager: string): string {
  return annotationOf(inputs, ANNOTATION.patchFieldManager) || stateManager || newFieldManager();
}

/** May fields be taken from other managers? Never unless somebody says so. */
export function mayForce(session: Session, inputs: JsonObject): boolean {
  return annotationOf(inputs, ANNOTATION.patchForce) === "true" || session.settings.enablePatchForce;
}

/** Is there a plain write of ours on the object, so that an apply would conflict with ourselves? */
export function hasOwnWrites(live: KubeObject): boolean {
  return managedFields(live).some((entry) => entry["operation"] === "Update" && OWN_WRITES.test(textAt(entry, "manager")));
}

/**
 * Makes fields of plain writes fields of `manager`'s apply: only then does dropping a field from the program drop it
 * from the object. One patch, and none where there is nothing to take over.
 */
export async function takeOver(client: KubeClient, live: KubeObject, write: { manager: string; signal: AbortSignal }): Promise<KubeObject> {
  const entries = managedFields(live);
  const ours = entries.filter(isTakenOver);
  if (ours.length === 0) return live;
  const merged = [...ours, ...entries.filter((entry) => isApplyOf(entry, write.manager))];
  const applied = {
    manager: write.manager,
    operation: "Apply",
    apiVersion: textAt(ours[0] ?? {}, "apiVersion"),
    time: textAt(ours[0] ?? {}, "time"),
    fieldsType: "FieldsV1",
    fieldsV1: merged.reduce<JsonObject>((all, entry) => union(all, fieldsOf(entry)), {}),
  };
  const others = entries.filter((entry) => !isTakenOver(entry) && !isApplyOf(entry, write.manager));
  // With the version it was read at: whoever wrote in between makes this a conflict, and it is all read again.
  const metadata = { managedFields: [applied, ...others], resourceVersion: textAt(live, "metadata", "resourceVersion") };
  return client.patch(refOf(live), { type: "merge", body: { metadata } }, { signal: write.signal });
}

/** A conflict as a person can act on it: whose fields, which, and the three ways out. */
export function conflictMessage(error: ApiError, manager: string): string {
  const fields = error.causes.map(({ field, message }) => `${field} (${message})`);
  return [
    `server-side apply field conflict: the resource managed by field manager "${manager}" wants fields that others manage:`,
    ...(fields.length > 0 ? fields.map((field) => `  ${field}`) : [`  ${error.message}`]),
    `ways out: leave the fields out of the program and let the other manager have them (or name them in ignoreChanges);`,
    `  take them over by the annotation ${ANNOTATION.patchForce}: "true";`,
    "  or make the other manager give them up, and run again",
  ].join("\n");
}

/** Turns a field conflict into {@link conflictMessage}; anything else stays what it is. */
export function explained(error: unknown, manager: string): unknown {
  return isConflict(error) && error.causes.some(({ reason }) => reason === "FieldManagerConflict")
    ? new Error(conflictMessage(error, manager), { cause: error })
    : error;
}

/** Are all managers in the way our own plain writes? */
export function conflictsOnlyWithOurselves(error: unknown): boolean {
  return conflictsOnlyWith(error, OWN_WRITES);
}

/**
 * Are all managers in the way a person's hands: `kubectl edit`, `patch`, `label`, `scale`? That is drift, which an update
 * mends; `kubectl apply` is somebody else's program, and stays a conflict.
 */
export function conflictsOnlyWithHandEdits(error: unknown): boolean {
  return conflictsOnlyWith(error, BY_HAND);
}

function conflictsOnlyWith(error: unknown, managers: RegExp): boolean {
  if (!isConflict(error) || error.causes.length === 0) return false;
  return error.causes.every(({ message }) => managers.test(/conflict with "([^"]+)"/.exec(message)?.[1] ?? ""));
}

/** Field ownership of an object, by manager. */
export function managedFields(live: JsonObject): readonly JsonObject[] {
  return objectsAt(live, "metadata", "managedFields");
}

/** The fields of one entry. */
export function fieldsOf(entry: JsonObject): JsonObject {
  return isJsonObject(entry["fieldsV1"]) ? entry["fieldsV1"] : {};
}

function isTakenOver(entry: JsonObject): boolean {
  return textAt(entry, "subresource") === "" && TAKEN_OVER.has(`${textAt(entry, "manager")}/${textAt(entry, "operation")}`);
}

function isApplyOf(entry: JsonObject, manager: string): boolean {
  return textAt(entry, "manager") === manager && entry["operation"] === "Apply" && textAt(entry, "subresource") === "";
}

function union(a: JsonObject, b: JsonObject): JsonObject {
  const merged: Record<string, JsonObject[string]> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = merged[key];
    merged[key] = isJsonObject(before) && isJsonObject(value) ? union(before, value) : value;
  }
  return merged;
}
