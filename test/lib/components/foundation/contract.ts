/** Namespaces in the contract suite. */

import { foundationPin, namespaceSchema, PlatformNamespace } from "#lib/components/foundation/index";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";

const platformNamespace = contractEntry({
  title: "PlatformNamespace",
  pin: foundationPin,
  schema: namespaceSchema,
  build: (scope, props) => new PlatformNamespace(scope, "Subject", { ...props, name: "subject" }),
  smallest: {},
  variants: {
    podSecurity: { podSecurity: { level: "baseline", reason: "legacy images that run as root" } },
    egress: { egress: "open" },
    quota: { quota: { gpus: 4 } },
    containerDefaults: { containerDefaults: { scratch: Size.gibibytes(1) } },
  },
  refused: {
    "spec.wrong-value": { quota: { pods: 0 } },
    "foundation.request-above-limit": { containerDefaults: { memory: Size.gibibytes(2), memoryLimit: Size.gibibytes(1) } },
    "foundation.default-above-quota": { quota: { memory: Size.mebibytes(64) } },
  },
});

/** What the contract suite tries. */
export const entries = [platformNamespace];
