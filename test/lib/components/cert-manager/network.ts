/** Network flows of cert-manager. */

import { admits, callsNobody, type NetworkFacts, scraped, watches } from "../../../network/facts";

const PODS = ["cert-manager", "cert-manager-cainjector", "cert-manager-webhook"];

/** What the tests of network policies know of cert-manager. */
export const network: NetworkFacts = {
  everything: { certManager: {} },
  needed: [watches(...PODS, "cert-manager-startupapicheck"), admits("cert-manager-webhook", 10_250), scraped(9402, ...PODS)],
  closed: [
    {
      from: ["api-server", "stranger"],
      to: ["cert-manager", "cert-manager-cainjector"],
      ports: [10_250],
      reason: "only the webhook serves there",
    },
    callsNobody(...PODS),
    { from: PODS, to: ["pod-identity"], ports: [80], reason: "no access to the cloud" },
  ],
};
