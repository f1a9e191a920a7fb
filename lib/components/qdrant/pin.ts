/** Qdrant: chart and image at the pinned version. It has no operator and no kinds of its own. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of Qdrant. */
export const qdrantPin = {
  name: "qdrant",
  licence: "Apache-2.0",
  source: "qdrant/qdrant-helm qdrant-1.19.0, charts/qdrant",
  chart: {
    name: "qdrant",
    repository: "https://qdrant.github.io/qdrant-helm",
    version: "1.19.0",
    imagePullSecretsAt: ["imagePullSecrets"],
    // Source: the chart's statefulset.yaml; its full name is that of the release.
    claims: [{ sizeAt: ["persistence", "size"], names: "qdrant-storage-<release>" }],
  },
  // On a simulated cluster a placeholder has it, as with operators.
  images: { operator: "docker.io/qdrant/qdrant:v1.19.0-unprivileged" },
  kinds: [],
  kubernetes: { min: "1.27" },
  imports: {
    charts: [
      {
        chart: "qdrant",
        version: "1.19.0",
        licence: "Apache-2.0",
        source: "qdrant/qdrant-helm qdrant-1.19.0, charts/qdrant",
        free: [["config"]],
      },
    ],
  },
} as const satisfies ComponentPin;
