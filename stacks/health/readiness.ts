/** What "ready" means for one kind of object. */

import type { KubeObject } from "#lib/kube/object";
import type { ListQuery, ObjectRef } from "#stacks/cluster/calls";

/** Whether an object is ready and, if not, why. */
export interface Verdict {
  readonly ready: boolean;
  /** What is pending or what failed, in one line. */
  readonly message: string;
  /** Whether it can no longer become ready. @default false */
  readonly failed?: boolean;
}

/** Reads other objects that readiness depends on. */
export interface Lookup {
  /** `undefined` if the object does not exist or access is denied. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  list(query: ListQuery): Promise<readonly KubeObject[]>;
}

/** The readiness rule of a kind. */
export interface ReadinessRule {
  readonly check: (object: KubeObject, look: Lookup) => Verdict | Promise<Verdict>;
  /** Lines with details on why it is not ready. @default no details */
  readonly explain?: (object: KubeObject, look: Lookup) => Promise<readonly string[]>;
}

/** Ready, with an optional message. */
export function ready(message = "ready"): Verdict {
  return { ready: true, message };
}

/** Not ready yet. */
export function waiting(message: string): Verdict {
  return { ready: false, message };
}

/** Failed: it can no longer become ready. */
export function failed(message: string): Verdict {
  return { ready: false, message, failed: true };
}
