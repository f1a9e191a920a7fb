/** Roles have no wildcards. */

import { textsAt } from "../json-at";
import { roleRule } from "../role-rule";

const FIELDS = ["verbs", "resources", "apiGroups", "nonResourceURLs"];

/** What a star allows grows with every kind that is installed later. */
export const rbacNoWildcard = roleRule(
  {
    id: "rbac-no-wildcard",
    mirrors: ["CKV_K8S_49", "KSV-0044", "KSV-0045", "KSV-0046", "CIS 5.1.3"],
    allowed: "explicit verbs, resources and groups",
    fix: "list the permissions that the account needs",
  },
  (rule) => FIELDS.filter((field) => textsAt(rule, field).includes("*")).map((field) => ({ at: field, got: "*" })),
);
