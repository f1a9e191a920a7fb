/** Rules over each rule of a Role. */

import type { JsonObject } from "#lib/core/json";
import { listAt } from "./json-at";
import type { Fault } from "./pod-rule";
import type { Rule } from "./rule";

/** A rule over each rule of each Role and ClusterRole. */
export function roleRule(text: Omit<Rule, "find">, faultsOf: (rule: JsonObject, clusterWide: boolean) => readonly Fault[]): Rule {
  return {
    ...text,
    find: ({ ofKind }) =>
      (["Role", "ClusterRole"] as const).flatMap((kind) =>
        ofKind(`rbac.authorization.k8s.io/${kind}`).flatMap((object) =>
          listAt(object.manifest, "rules").flatMap((rule, position) =>
            faultsOf(rule, kind === "ClusterRole").map(({ at, got }) => ({ object, at: `rules[${position}].${at}`, got })),
          ),
        ),
      ),
  };
}
