/** No role lets its holder give itself more rights. */

import { textsAt } from "../json-at";
import { roleRule } from "../role-rule";

const VERBS = ["escalate", "bind", "impersonate"];

/** Each of the three verbs is a way round every other rule about roles. */
export const rbacNoEscalation = roleRule(
  {
    id: "rbac-no-escalation",
    mirrors: ["CKV_K8S_157", "CKV_K8S_158", "CKV2_K8S_3", "KSV-0043", "KSV-0050", "CIS 5.1.8"],
    allowed: "verbs other than escalate, bind and impersonate",
    fix: "remove the verb",
  },
  (rule) =>
    textsAt(rule, "verbs")
      .filter((verb) => VERBS.includes(verb))
      .map((verb) => ({ at: "verbs", got: verb })),
);
