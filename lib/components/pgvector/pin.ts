/** pgvector: an extension of a database; no chart, no image and no kinds of its own. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of pgvector. */
export const pgvectorPin = {
  name: "pgvector",
  licence: "PostgreSQL",
  source: "pgvector 0.8, README",
  images: {},
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
