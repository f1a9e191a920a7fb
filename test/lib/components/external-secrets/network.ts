/** Network flows of External Secrets. */

import { type NetworkFacts, scraped, watches } from "../../../network/facts";

const PODS = ["external-secrets", "external-secrets-webhook", "external-secrets-cert-controller"];

/** What the tests of network policies know of External Secrets. */
export const network: NetworkFacts = {
  everything: { externalSecrets: { stores: { vault: { type: "vault", server: "https://vault.example.com", role: "any" } } } },
  needed: [
    watches(...PODS),
    { from: ["api-server"], to: ["external-secrets-webhook"], ports: [10_250], reason: "admission" },
    {
      from: ["external-secrets"],
      to: ["internet"],
      ports: [443],
      when: ({ externalSecrets }) => Object.keys(externalSecrets?.stores ?? {}).length > 0,
      reason: "vaults",
    },
    scraped(8080, ...PODS),
  ],
  podNetworkOnly: true,
  closed: [],
};
