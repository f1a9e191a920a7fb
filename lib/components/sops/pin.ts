/** SOPS: it runs where a tree is applied, so that nothing of it is installed. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of SOPS. */
export const sopsPin = {
  name: "sops",
  licence: "MPL-2.0",
  source: "SOPS v3.11.0, README and stores/yaml; kustomize-controller v1.9.4, internal/decryptor",
  images: {},
  kinds: [],
  kubernetes: { min: "1.16" },
} as const satisfies ComponentPin;
