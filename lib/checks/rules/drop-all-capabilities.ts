/** Containers give up every Linux capability. */

import { mapAt, textsAt } from "../json-at";
import { containerRule } from "../pod-rule";

/** The one capability that Pod Security "restricted" lets a container keep. */
const ALLOWED = "NET_BIND_SERVICE";

/** Capabilities are a setting of containers only. */
export const dropAllCapabilities = containerRule(
  {
    id: "drop-all-capabilities",
    mirrors: ["CKV_K8S_28", "CKV_K8S_37", "CKV_K8S_25", "KSV-0003", "KSV-0106", "C-0046", "PSS restricted"],
    allowed: `capabilities.drop: [ALL], and at most ${ALLOWED} added`,
    fix: "set securityContext.capabilities: { drop: [ALL] } on the container",
  },
  ({ container }) => {
    const capabilities = mapAt(mapAt(container, "securityContext"), "capabilities");
    const dropped = textsAt(capabilities, "drop");
    const added = textsAt(capabilities, "add").filter((name) => name !== ALLOWED);
    return [
      ...(dropped.includes("ALL") ? [] : [{ at: "securityContext.capabilities.drop", got: dropped.join(", ") || "nothing" }]),
      ...(added.length > 0 ? [{ at: "securityContext.capabilities.add", got: added.join(", ") }] : []),
    ];
  },
);
