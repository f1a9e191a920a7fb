/** No role reaches into running containers or past the API server to a node. */

import { textsAt } from "../json-at";
import { roleRule } from "../role-rule";

const RESOURCES = ["pods/exec", "pods/attach", "pods/portforward", "nodes/proxy", "services/proxy"];

/** Each of these gives the rights of whatever it reaches. */
export const rbacNoExec = roleRule(
  {
    id: "rbac-no-exec",
    mirrors: ["CKV2_K8S_2", "KSV-0047", "KSV-0053", "KSV-0054", "C-0002", "CIS 5.1.10"],
    allowed: `resources other than ${RESOURCES.join(", ")}`,
    fix: "remove the resource",
  },
  (rule) =>
    textsAt(rule, "resources")
      .filter((resource) => RESOURCES.includes(resource))
      .map((resource) => ({ at: "resources", got: resource })),
);
