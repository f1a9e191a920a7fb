/** Topics: no chart and no kinds, because topics exist outside of the cluster or belong to the broker that makes them. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of topics. */
export const topicsPin = {
  name: "topics",
  licence: "Apache-2.0",
  source: "lib/kube/topic.ts",
  images: {},
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
