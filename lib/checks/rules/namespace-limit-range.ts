/** In every namespace, a container that asks for nothing gets a bound all the same. */

import { listAt, mapAt } from "../json-at";
import { namespaceNeeds } from "../namespace-rule";

/** Defaults for containers. */
export const namespaceLimitRange = namespaceNeeds(
  {
    id: "namespace-limit-range",
    mirrors: ["KSV-0039", "C-0009"],
    allowed: "a LimitRange with defaults for containers",
    fix: "create the namespace with PlatformNamespace",
  },
  {
    kind: "core/LimitRange",
    what: "a LimitRange for containers",
    fits: (range) => listAt(mapAt(range, "spec"), "limits").some(({ type }) => type === "Container"),
  },
);
