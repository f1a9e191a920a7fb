/** Object storage: no chart and no kinds, because buckets exist outside of the cluster or belong to the store that makes them. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of object storage. */
export const objectStoragePin = {
  name: "object-storage",
  licence: "Apache-2.0",
  source: "lib/kube/bucket.ts",
  images: {},
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
