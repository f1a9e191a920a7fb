/** No container has the rights of its node. */

import { mapAt } from "../json-at";
import { containerRule } from "../pod-rule";

/** Off unless asked for. */
export const noPrivileged = containerRule(
  {
    id: "no-privileged",
    mirrors: ["CKV_K8S_16", "KSV-0017", "C-0057", "PSS baseline"],
    allowed: "no privileged container",
    fix: "remove securityContext.privileged",
  },
  ({ container }) =>
    mapAt(container, "securityContext")["privileged"] === true ? [{ at: "securityContext.privileged", got: "true" }] : [],
);
