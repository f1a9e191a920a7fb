/** No binding hands out the cluster, or anything to everybody. */

import { listAt, mapAt } from "../json-at";
import type { Rule } from "../rule";

const EVERYBODY = ["system:anonymous", "system:unauthenticated", "system:authenticated", "system:masters", "system:serviceaccounts"];

/** Cluster administrators are made by the cluster's owner. */
export const rbacBindings: Rule = {
  id: "rbac-bindings",
  mirrors: ["KSV-0111", "KSV-01011", "KSV-0122", "KSV-0123", "C-0035", "CIS 5.1.1", "CIS 5.1.7"],
  allowed: "a role of ours for accounts of ours",
  fix: "bind a role with the permissions that the account needs",
  find: ({ ofKind }) =>
    [...ofKind("rbac.authorization.k8s.io/RoleBinding"), ...ofKind("rbac.authorization.k8s.io/ClusterRoleBinding")].flatMap((object) => [
      ...(mapAt(object.manifest, "roleRef")["name"] === "cluster-admin" ? [{ object, at: "roleRef", got: "cluster-admin" }] : []),
      ...listAt(object.manifest, "subjects").flatMap(({ name }, position) =>
        EVERYBODY.includes(String(name)) ? [{ object, at: `subjects[${position}]`, got: String(name) }] : [],
      ),
    ]),
};
