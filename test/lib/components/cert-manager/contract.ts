/** cert-manager in the contract suite. */

import { CertManager, certManagerPin, certManagerSchema } from "#lib/components/cert-manager/index";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { certManagerAlertCases } from "./alert-cases";

const certManager = contractEntry({
  title: "CertManager",
  pin: certManagerPin,
  schema: certManagerSchema,
  build: (scope, props) => new CertManager(scope, "Subject", props),
  smallest: {},
  variants: {
    resources: { resources: { controller: { limits: { memory: Size.gibibytes(4) } } } },
    existing: { existing: true },
    replicas: { replicas: 3 },
    selfSignedIssuer: { selfSignedIssuer: "inside" },
  },
  refused: {
    "spec.wrong-value": { replicas: 0 },
    "operators.without-effect-on-existing": { existing: true, replicas: 2 },
    "operators.existing-version": { existing: { version: "1.14.2" } },
  },
  alerts: certManagerAlertCases,
});

/** What the contract suite tries. */
export const entries = [certManager];
