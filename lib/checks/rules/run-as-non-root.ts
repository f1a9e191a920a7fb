/** No container runs as root. */

import { mapAt } from "../json-at";
import { containerRule } from "../pod-rule";

/** Own setting of the container, else the pod's. */
export const runAsNonRoot = containerRule(
  {
    id: "run-as-non-root",
    mirrors: ["CKV_K8S_23", "KSV-0012", "KSV-0105", "C-0013", "PSS restricted"],
    allowed: "runAsNonRoot: true on the pod or the container, and a user id other than 0",
    fix: "set securityContext.runAsNonRoot: true and a runAsUser above 0",
  },
  ({ container }, { spec }) => {
    const context = { ...mapAt(spec, "securityContext"), ...mapAt(container, "securityContext") };
    return [
      ...(context["runAsNonRoot"] === true ? [] : [{ at: "securityContext.runAsNonRoot", got: `${context["runAsNonRoot"] ?? "nothing"}` }]),
      ...(context["runAsUser"] === 0 ? [{ at: "securityContext.runAsUser", got: "0" }] : []),
    ];
  },
);
