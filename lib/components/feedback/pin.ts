/** The feedback loop: no chart and no kinds. Its image is made of the folder `feedback` of this repository, by who runs it. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of the feedback loop. */
export const feedbackPin = {
  name: "feedback",
  licence: "Apache-2.0",
  source: "feedback/beamstack_feedback; Evidently 0.7.23 (Apache-2.0), MLflow 3.17.2 (aliases of registered models)",
  images: {},
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
