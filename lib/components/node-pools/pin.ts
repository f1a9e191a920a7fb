/** Node pools are labels, taints and records: no chart, no image, no CRD. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of node pools. */
export const nodePoolsPin = {
  name: "node-pools",
  licence: "Apache-2.0",
  source: "Kubernetes 1.34: labels, taints and tolerations, extended resources",
  images: {},
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
