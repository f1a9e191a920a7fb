/** No process gains more rights than its parent. */

import { mapAt } from "../json-at";
import { containerRule } from "../pod-rule";

/** Kubernetes allows escalation unless told otherwise: the field must be there. */
export const noPrivilegeEscalation = containerRule(
  {
    id: "no-privilege-escalation",
    mirrors: ["CKV_K8S_20", "KSV-0001", "C-0016", "PSS restricted"],
    allowed: "allowPrivilegeEscalation: false",
    fix: "set securityContext.allowPrivilegeEscalation: false on the container",
  },
  ({ container }) => {
    const given = mapAt(container, "securityContext")["allowPrivilegeEscalation"];
    return given === false ? [] : [{ at: "securityContext.allowPrivilegeEscalation", got: `${given ?? "nothing"}` }];
  },
);
