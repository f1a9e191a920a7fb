/** Every allowed exception to a rule, with its reason; a test limits their number. */

/** One exception. */
export interface Exception {
  /** Id of the rule. */
  readonly rule: string;
  /** Component whose objects may break it. */
  readonly component: string;
  /** Prefixes of the object ids that it applies to. */
  readonly objects: string;
  /** Why upstream needs it, so that readers know when it can be removed. */
  readonly reason: string;
}

/** All exceptions. */
export const EXCEPTIONS: readonly Exception[] = [];
