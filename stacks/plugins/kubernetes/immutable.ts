/** Reads from the server's refusal of a change which fields it will never change in place. */

import { ApiError, type StatusCause } from "#stacks/cluster/api-error";
import { type FieldPath, parsePath } from "./differences";

/**
 * How Kubernetes says it: "field is immutable" of the shared validation, "spec is immutable after creation" of claims,
 * "updates to statefulset spec for fields other than" of StatefulSets, "may not change once set" and the like of Services.
 */
const IMMUTABLE = /immutable|for fields other than|may not (?:be )?change|cannot be changed|can't be changed/i;

/** The immutable fields that a refusal names; empty where it is about something else. */
export function immutableFields(error: unknown): readonly FieldPath[] {
  if (!(error instanceof ApiError) || error.status !== 422) return [];
  return error.causes.filter(({ message }) => IMMUTABLE.test(message)).map(pathOf);
}

/** Causes name fields as `spec.template.spec.containers[0].image`, or `<nil>` for the object as a whole. */
function pathOf({ field }: StatusCause): FieldPath {
  return field === "<nil>" ? [] : parsePath(field);
}
