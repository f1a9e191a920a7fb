/** cert-manager: chart, images and kinds at the pinned version. */

import type { ComponentPin } from "#lib/kube/pin";
import type { Readiness } from "#lib/kube/readiness";

const SOURCE = "cert-manager v1.21.1, deploy/crds and deploy/charts/cert-manager";

/** Issuers and certificates say it in the condition Ready. */
const conditionReady: Readiness = {
  ready: [{ type: "condition", name: "Ready", status: "True" }],
  failed: [{ type: "condition", name: "Ready", status: "False" }],
  simulated: [
    {
      name: "ready",
      afterSeconds: 1,
      status: { conditions: [{ type: "Ready", status: "True", reason: "Simulated", message: "simulated" }] },
    },
  ],
  simulatedFailure: {
    name: "failed",
    afterSeconds: 1,
    status: { conditions: [{ type: "Ready", status: "False", reason: "Simulated", message: "simulated failure" }] },
  },
  source: SOURCE,
};

/** The pins of cert-manager. */
export const certManagerPin = {
  name: "cert-manager",
  licence: "Apache-2.0",
  source: SOURCE,
  chart: { name: "cert-manager", repository: "oci://quay.io/jetstack/charts", version: "v1.21.1" },
  images: {
    operator: "quay.io/jetstack/cert-manager-controller:v1.21.1",
    webhook: "quay.io/jetstack/cert-manager-webhook:v1.21.1",
    cainjector: "quay.io/jetstack/cert-manager-cainjector:v1.21.1",
    startupapicheck: "quay.io/jetstack/cert-manager-startupapicheck:v1.21.1",
    acmesolver: "quay.io/jetstack/cert-manager-acmesolver:v1.21.1",
  },
  kinds: [
    { kind: "cert-manager.io/Issuer", version: "v1", readiness: conditionReady },
    { kind: "cert-manager.io/ClusterIssuer", version: "v1", readiness: conditionReady },
    { kind: "cert-manager.io/Certificate", version: "v1", readiness: conditionReady },
  ],
  kubernetes: { min: "1.32" },
} as const satisfies ComponentPin;
