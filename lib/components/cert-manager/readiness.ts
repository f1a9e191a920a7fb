/** Readiness of cert-manager's kinds. */

import { conditionReady, simulatedConditions } from "#lib/kube/condition-ready";
import type { Readiness } from "#lib/kube/readiness";

/** Where these facts were read. */
export const SOURCE = "cert-manager v1.21.1, deploy/crds and deploy/charts/cert-manager";

/** Issuers: False is the answer to a spec that cannot work. */
export const issuerReadiness: Readiness = conditionReady("Ready", SOURCE);

/**
 * Certificates: Ready is False from the first look until the certificate is there, and again while it is renewed. After a failed attempt
 * cert-manager tries again, an hour later at first (pkg/controller/certificates/trigger), so no state is final.
 */
export const certificateReadiness: Readiness = {
  ...conditionReady("Ready", SOURCE, { failed: false }),
  simulated: [
    { name: "issuing", afterSeconds: 1, status: simulatedConditions({ Ready: "False", Issuing: "True" }) },
    { name: "ready", afterSeconds: 1, status: simulatedConditions({ Ready: "True" }) },
  ],
};
