/** Nobody reads the secrets of every namespace. */

import { textsAt } from "../json-at";
import { roleRule } from "../role-rule";

const READS = ["get", "list", "watch"];

/** Secrets named one by one are fine. */
export const rbacNoClusterSecrets = roleRule(
  {
    id: "rbac-no-cluster-secrets",
    mirrors: ["CKV2_K8S_5", "KSV-0041", "KSV-0113", "CIS 5.1.2"],
    allowed: "a Role in one namespace, or resourceNames",
    fix: "use a Role, or set resourceNames",
  },
  (rule, clusterWide) => {
    const read = textsAt(rule, "verbs").filter((verb) => READS.includes(verb));
    const secrets = textsAt(rule, "resources").includes("secrets") && textsAt(rule, "resourceNames").length === 0;
    return clusterWide && secrets && read.length > 0 ? [{ at: "resources", got: `secrets, with ${read.join(", ")}` }] : [];
  },
);
