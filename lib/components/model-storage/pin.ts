/** Model storage: no chart and no kinds, because its bucket belongs to an object store. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of model storage. */
export const modelStoragePin = {
  name: "model-storage",
  licence: "Apache-2.0",
  source: "lib/kube/model-storage.ts",
  images: {},
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
