/** Network flows of KEDA. */

import { EVERY_PORT, type NetworkFacts, scraped, watches } from "../../../network/facts";

const PODS = ["keda-operator", "keda-operator-metrics-apiserver", "keda-admission-webhooks"];

/** What the tests of network policies know of KEDA. */
export const network: NetworkFacts = {
  everything: { keda: {} },
  needed: [
    watches(...PODS),
    { from: ["api-server"], to: ["keda-admission-webhooks"], ports: [9443], reason: "admission" },
    {
      from: ["api-server"],
      to: ["keda-operator-metrics-apiserver"],
      ports: [6443],
      reason: "the autoscaler of Kubernetes asks for metrics",
    },
    { from: ["keda-operator-metrics-apiserver"], to: ["keda-operator"], ports: [9666], reason: "values of triggers" },
    { from: ["keda-operator"], to: ["prometheus"], ports: [9090], when: ({ monitoring }) => monitoring !== undefined, reason: "queries" },
    scraped(8080, "keda-operator"),
  ],
  podNetworkOnly: true,
  closed: [
    { from: PODS, to: ["internet", "stranger"], ports: EVERY_PORT, reason: "the API server's ports and Prometheus only" },
    {
      from: ["stranger"],
      to: ["keda-operator"],
      ports: [9666],
      reason: "values of triggers are read with the certificate of the metrics server",
    },
  ],
};
