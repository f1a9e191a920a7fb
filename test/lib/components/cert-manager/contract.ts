/** cert-manager in the contract suite. */

import { CertManager, certManagerPin, certManagerSchema } from "#lib/components/cert-manager/index";
import { contractEntry } from "../../../contract/entry";

const certManager = contractEntry({
  title: "CertManager",
  pin: certManagerPin,
  schema: certManagerSchema,
  build: (scope, props) => new CertManager(scope, "Subject", props),
  smallest: {},
  variants: { replicas: { replicas: 3 }, selfSignedIssuer: { selfSignedIssuer: "inside" } },
  refused: { "spec.wrong-value": { replicas: 0 } },
});

/** What the contract suite tries. */
export const entries = [certManager];
