/** GKE's ComputeClass: a kind that GKE serves and reconciles. */

import { conditionReady } from "#lib/kube/condition-ready";
import type { ComponentPin } from "#lib/kube/pin";

const SOURCE = 'Google, ComputeClass CustomResourceDefinition and "Troubleshoot custom compute classes", GKE 1.33.3-gke.1136000 or later';

/** The pins of compute classes. */
export const gkeComputeClassPin = {
  name: "gke-compute-class",
  licence: "Apache-2.0",
  source: SOURCE,
  images: {},
  kinds: [{ kind: "cloud.google.com/ComputeClass", version: "v1", readiness: conditionReady("Health", SOURCE) }],
  kubernetes: { min: "1.33" },
  imports: {
    crds: [
      {
        product: "gke-compute-class",
        version: "7b1e26e",
        licence: "Apache-2.0",
        source: {
          registry: "none",
          repository: "datreeio/CRDs-catalog",
          tag: "7b1e26ef9deea49293714d204c1a2270aab1178f",
          path: "cloud.google.com/computeclass_v1.json",
        },
      },
    ],
  },
} as const satisfies ComponentPin;
