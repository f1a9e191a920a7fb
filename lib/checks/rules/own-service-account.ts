/** Pods run under an account of their own. */

import { podRule } from "../pod-rule";

/** Custom resources may name the account beside the pod's template: their operator decides. */
export const ownServiceAccount = podRule(
  {
    id: "own-service-account",
    mirrors: ["CKV_K8S_41", "CKV_K8S_42", "CIS 5.1.5"],
    allowed: "serviceAccountName other than default",
    fix: "create a ServiceAccount for the workload and set it",
  },
  ({ spec, containers }) => {
    const name = spec["serviceAccountName"] ?? spec["serviceAccount"];
    const byOperator = name === undefined && containers.some(({ filledIn }) => filledIn);
    return byOperator || (name !== undefined && name !== "default") ? [] : [{ at: "serviceAccountName", got: `${name ?? "nothing"}` }];
  },
);
