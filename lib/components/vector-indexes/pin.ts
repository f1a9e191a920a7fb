/** Vector indexes: no chart and no kinds; a Job makes them by the API of their store. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of vector indexes. */
export const vectorIndexesPin = {
  name: "vector-indexes",
  licence: "Apache-2.0",
  source: "lib/kube/vector-index.ts; Docker Hub, library/python",
  images: { python: "docker.io/library/python:3.13.7-slim" },
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
