/** In every namespace, use has an end. */

import { mapAt } from "../json-at";
import { namespaceNeeds } from "../namespace-rule";

/** A quota with any bound. */
export const namespaceQuota = namespaceNeeds(
  {
    id: "namespace-quota",
    mirrors: ["KSV-0040", "C-0009"],
    allowed: "a ResourceQuota with limits",
    fix: "create the namespace with PlatformNamespace",
  },
  { kind: "core/ResourceQuota", what: "a ResourceQuota", fits: (quota) => Object.keys(mapAt(mapAt(quota, "spec"), "hard")).length > 0 },
);
