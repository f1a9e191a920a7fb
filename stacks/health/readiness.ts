/** What "ready" means for one kind of object. */

import type { KubeObject } from "#lib/kube/object";
import type { ListQuery, ObjectRef } from "#stacks/cluster/calls";

/** Is an object ready, and what is missing? */
export interface Verdict {
  readonly ready: boolean;
  /** What is waited for, or what went wrong: one line for a person. */
  readonly message: string;
  /** It will never become ready. @default false */
  readonly failed?: boolean;
}

/** Reads other objects that readiness depends on. */
export interface Lookup {
  /** `undefined` where there is none, or where we may not look. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  list(query: ListQuery): Promise<readonly KubeObject[]>;
}

/** The readiness rule of a kind. */
export interface ReadinessRule {
  readonly check: (object: KubeObject, look: Lookup) => Verdict | Promise<Verdict>;
  /** Lines that say more about why it is not ready. @default nothing to add */
  readonly explain?: (object: KubeObject, look: Lookup) => Promise<readonly string[]>;
}

/** Ready, with a word about it. */
export function ready(message = "ready"): Verdict {
  return { ready: true, message };
}

/** Not ready yet. */
export function waiting(message: string): Verdict {
  return { ready: false, message };
}

/** Never going to be ready. */
export function failed(message: string): Verdict {
  return { ready: false, message, failed: true };
}
