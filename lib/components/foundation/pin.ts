/** The foundation uses built-in kinds only: no chart, no image, no CRD. */

import type { ComponentPin } from "#lib/kube/pin";

/** Kubernetes minor version of the Pod Security rules: pinned, so that a cluster upgrade does not change admission. */
export const POD_SECURITY_VERSION = "v1.34";

/** The pins of the foundation. */
export const foundationPin = {
  name: "foundation",
  licence: "Apache-2.0",
  source: "Kubernetes 1.34: Pod Security admission labels, ResourceQuota, LimitRange, NetworkPolicy, PriorityClass",
  images: {},
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
