/** Containers have requests and limits. */

import { mapAt } from "../json-at";
import { containerRule } from "../pod-rule";

/** CPU has no limit here: it would throttle and save nothing, while memory without one takes its neighbours down. */
const NEEDED = [
  ["requests", "cpu"],
  ["requests", "memory"],
  ["limits", "memory"],
] as const;

/** A container that its operator fills in gets its resources from fields of the custom resource. */
export const containerResources = containerRule(
  {
    id: "container-resources",
    mirrors: ["CKV_K8S_10", "CKV_K8S_12", "CKV_K8S_13", "KSV-0015", "KSV-0016", "KSV-0018", "C-0271"],
    allowed: "requests for cpu and memory, a limit for memory",
    fix: "set resources.requests and resources.limits on the container",
  },
  ({ container, filledIn }) => {
    const resources = mapAt(container, "resources");
    const missing = NEEDED.filter(([side, name]) => mapAt(resources, side)[name] === undefined);
    return filledIn ? [] : missing.map(([side, name]) => ({ at: `resources.${side}.${name}`, got: "nothing" }));
  },
);
