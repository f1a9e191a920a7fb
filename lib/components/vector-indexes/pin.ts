/** Vector indexes: no chart and no kinds; a Job makes them by the API of their store. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of vector indexes. */
export const vectorIndexesPin = {
  name: "vector-indexes",
  licence: "Apache-2.0",
  source: "lib/kube/vector-index.ts; Docker Hub, library/python; cloudnative-pg/postgres-containers",
  images: {
    python: "docker.io/library/python:3.13.7-slim",
    // For psql: the image that servers in the cluster have.
    postgres: "ghcr.io/cloudnative-pg/postgresql:18.4-standard-trixie",
  },
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
