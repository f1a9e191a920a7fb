/** cert-manager in the contract suite. */

import { CertManager, certManagerDefaults, certManagerPin, certManagerSchema } from "#lib/components/cert-manager/index";
import { contractEntry } from "../entry";

export const certManager = contractEntry({
  title: "CertManager",
  pin: certManagerPin,
  schema: certManagerSchema,
  build: (scope, props) => new CertManager(scope, "Subject", props),
  smallest: {},
  defaults: certManagerDefaults,
  variants: { replicas: { replicas: 3 }, selfSignedIssuer: { selfSignedIssuer: "inside" } },
  refused: { "spec.wrong-value": { replicas: 0 } },
});
