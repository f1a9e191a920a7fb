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
export const EXCEPTIONS: readonly Exception[] = [
  {
    rule: "no-secret-data",
    component: "feast",
    objects: "core/Secret/",
    reason:
      "the operator reads the configuration of stores from a Secret only; ours holds names of variables, and each value is in a Secret of the user",
  },
  {
    rule: "rbac-no-exec",
    component: "feast",
    objects: "rbac.authorization.k8s.io/Role/",
    reason: "the operator makes a CronJob with this right for every store, which stays suspended, and can grant only what it has",
  },
  {
    rule: "production-replicas",
    component: "workspaces",
    objects: "apps/StatefulSet/",
    reason: "the editor of a person with a home of its own: nothing else depends on it, and a second pod would be another editor",
  },
];
