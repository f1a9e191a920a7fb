/** Every object that may break a rule, and why: the one list, whose length is watched. */

/** One exception. */
export interface Exception {
  /** Id of the rule. */
  readonly rule: string;
  /** Component whose objects may break it. */
  readonly component: string;
  /** Begins of the object ids it holds for. */
  readonly objects: string;
  /** What upstream needs, so that a reader can tell when the exception can go. */
  readonly reason: string;
}

/** All exceptions. */
export const EXCEPTIONS: readonly Exception[] = [];
