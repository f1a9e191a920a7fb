/** Every allowed exception to a rule, with its reason; a test limits their number. */

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
