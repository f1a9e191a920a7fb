/** No role changes who is admitted to the cluster, or what is. */

import { textsAt } from "../json-at";
import { roleRule } from "../role-rule";

const RESOURCES = [
  "validatingwebhookconfigurations",
  "mutatingwebhookconfigurations",
  "validatingadmissionpolicies",
  "mutatingadmissionpolicies",
  "certificatesigningrequests/approval",
  "serviceaccounts/token",
];
const READS = ["get", "list", "watch"];

/** Reading them is harmless. */
export const rbacNoAdmissionControl = roleRule(
  {
    id: "rbac-no-admission-control",
    mirrors: ["CKV_K8S_155", "CKV_K8S_156", "KSV-0114", "CIS 5.1.11", "CIS 5.1.12", "CIS 5.1.13"],
    allowed: "only get, list and watch on admission, certificates and tokens",
    fix: "remove the verbs that write",
  },
  (rule) => {
    const writes = textsAt(rule, "verbs").filter((verb) => !READS.includes(verb));
    const found = textsAt(rule, "resources").filter((resource) => RESOURCES.includes(resource));
    return writes.length === 0 ? [] : found.map((resource) => ({ at: "resources", got: `${resource}, with ${writes.join(", ")}` }));
  },
);
