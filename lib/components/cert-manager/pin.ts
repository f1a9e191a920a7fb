/** cert-manager: chart, images and kinds at the pinned version. */

import { valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import type { ComponentPin } from "#lib/kube/pin";
import { certificateReadiness, issuerReadiness, SOURCE } from "./readiness";

/** The pins of cert-manager. */
export const certManagerPin = {
  name: "cert-manager",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: {
    name: "cert-manager",
    repository: "oci://quay.io/jetstack/charts",
    version: "v1.21.1",
    imagePullSecretsAt: ["global", "imagePullSecrets"],
  },
  images: {
    operator: "quay.io/jetstack/cert-manager-controller:v1.21.1",
    webhook: "quay.io/jetstack/cert-manager-webhook:v1.21.1",
    cainjector: "quay.io/jetstack/cert-manager-cainjector:v1.21.1",
    startupapicheck: "quay.io/jetstack/cert-manager-startupapicheck:v1.21.1",
    acmesolver: "quay.io/jetstack/cert-manager-acmesolver:v1.21.1",
  },
  kinds: [
    { kind: "cert-manager.io/Issuer", version: "v1", readiness: issuerReadiness },
    { kind: "cert-manager.io/ClusterIssuer", version: "v1", readiness: issuerReadiness },
    {
      kind: "cert-manager.io/Certificate",
      version: "v1",
      readiness: certificateReadiness,
      /** The Secret with the certificate. */
      secretsOf: certificateSecrets,
    },
  ],
  kubernetes: { min: "1.32" },
  imports: {
    crds: [
      {
        product: "cert-manager",
        version: "1.21.1",
        licence: "Apache-2.0",
        source: { registry: "go", module: "github.com/cert-manager/cert-manager", version: "v1.21.1", path: "deploy/crds" },
      },
    ],
    charts: [
      {
        chart: "cert-manager",
        version: "v1.21.1",
        licence: "Apache-2.0",
        source: "cert-manager/cert-manager v1.21.1, deploy/charts/cert-manager",
      },
    ],
  },
} as const satisfies ComponentPin;

/** cert-manager writes a certificate into the Secret that it names. */
function certificateSecrets(certificate: KubeObject): string[] {
  const name = valueAt(certificate, ["spec", "secretName"]);
  return typeof name === "string" ? [name] : [];
}
