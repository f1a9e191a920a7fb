/** System calls are filtered. */

import { mapAt } from "../json-at";
import { containerRule } from "../pod-rule";

const ALLOWED = ["RuntimeDefault", "Localhost"];

/** Own setting of the container, else the pod's; nothing means no filter. */
export const seccompProfile = containerRule(
  {
    id: "seccomp-profile",
    mirrors: ["CKV_K8S_31", "KSV-0030", "KSV-0104", "C-0055", "PSS restricted"],
    allowed: `seccompProfile.type ${ALLOWED.join(" or ")}`,
    fix: "set securityContext.seccompProfile: { type: RuntimeDefault } on the pod",
  },
  ({ container }, { spec }) => {
    const context = { ...mapAt(spec, "securityContext"), ...mapAt(container, "securityContext") };
    const type = mapAt(context, "seccompProfile")["type"];
    return ALLOWED.includes(String(type)) ? [] : [{ at: "securityContext.seccompProfile", got: `${type ?? "nothing"}` }];
  },
);
