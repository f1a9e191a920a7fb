/** Pre-trained models: the programs that fetch them, and no operator. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of pre-trained models. */
export const pretrainedModelsPin = {
  name: "pretrained-models",
  licence: "Apache-2.0",
  source:
    "https://github.com/kserve/kserve tag v0.20.0: python/storage-initializer.Dockerfile, python/storage; https://github.com/oras-project/oras tag v1.3.6",
  images: {
    // Python 3.11 with the official clients of Hugging Face, Amazon S3, Google Cloud Storage and Azure.
    fetch: "docker.io/kserve/storage-initializer:v0.20.0",
    oci: "ghcr.io/oras-project/oras:v1.3.6",
  },
  kinds: [],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
