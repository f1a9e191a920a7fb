/** Databases: no chart and no kinds, because databases exist outside of the cluster or belong to the server that makes them. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of databases. */
export const databasesPin = {
  name: "databases",
  licence: "Apache-2.0",
  source: "lib/kube/database.ts",
  images: {},
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
