/** Sealed Secrets: chart, image and kind at the pinned version. */

import { isJsonObject, valueAt } from "#lib/core/json";
import { conditionReady } from "#lib/kube/condition-ready";
import { idOf, type KubeObject } from "#lib/kube/object";
import type { ComponentPin } from "#lib/kube/pin";

const SOURCE = "Sealed Secrets v0.40.0, helm/sealed-secrets, pkg/apis/sealedsecrets/v1alpha1 and pkg/controller/controller.go";

/** Keys of the Secret: encrypted ones, and those of templates. */
function keysOf({ spec }: KubeObject): string[] {
  const maps = [valueAt(spec, ["encryptedData"]), valueAt(spec, ["template", "data"])];
  return maps.filter((map) => isJsonObject(map)).flatMap((map) => Object.keys(map));
}

/** The pins of Sealed Secrets. */
export const sealedSecretsPin = {
  name: "sealed-secrets",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "sealed-secrets",
    repository: "https://bitnami.github.io/sealed-secrets",
    version: "2.19.3",
    imagePullSecretsAt: ["image", "pullSecrets"],
    pullSecretsAs: "names",
    /** Its private keys are Secrets of its namespace: without them nothing sealed can be read again. */
    keepsNamespace: true,
  },
  images: { operator: "docker.io/bitnami/sealed-secrets-controller:0.39.1" },
  kinds: [
    {
      kind: "bitnami.com/SealedSecret",
      version: "v1alpha1",
      /** The Secret has the name of the object. */
      makes: ({ metadata: { name, namespace } }) => [idOf("core/Secret", name, namespace)],
      /** Keys of its encrypted data and of its template. */
      secretKeysOf: keysOf,
      encryptedAt: "encryptedData",
      readiness: conditionReady("Synced", SOURCE),
    },
  ],
  kubernetes: { min: "1.16" },
  imports: {
    crds: [
      {
        product: "sealed-secrets",
        version: "0.39.1",
        licence: "Apache-2.0",
        source: {
          registry: "go",
          module: "github.com/bitnami-labs/sealed-secrets",
          version: "v0.40.0",
          path: "helm/sealed-secrets/crds",
        },
      },
    ],
    charts: [
      {
        chart: "sealed-secrets",
        version: "2.19.3",
        licence: "Apache-2.0",
        source: "bitnami-labs/sealed-secrets v0.40.0, helm/sealed-secrets",
      },
    ],
  },
} as const satisfies ComponentPin;
