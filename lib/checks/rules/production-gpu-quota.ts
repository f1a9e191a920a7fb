/** In production, no namespace takes more GPUs than it was given. */

import { mapAt } from "../json-at";
import { namespaceNeeds } from "../namespace-rule";

const GPU = "requests.nvidia.com/gpu";

/** Zero is a bound too. */
export const productionGpuQuota = namespaceNeeds(
  {
    id: "production-gpu-quota",
    mirrors: ["C-0009"],
    allowed: `a ResourceQuota with ${GPU}`,
    fix: "create the namespace with PlatformNamespace",
    productionOnly: true,
  },
  {
    kind: "core/ResourceQuota",
    what: "a bound for GPUs",
    fits: (quota) => mapAt(mapAt(quota, "spec"), "hard")[GPU] !== undefined,
  },
);
