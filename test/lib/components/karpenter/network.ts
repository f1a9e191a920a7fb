/** Network flows of Karpenter. */

import { callsNobody, type NetworkFacts, scraped, watches } from "../../../network/facts";

/** What the tests of network policies know of Karpenter. */
export const network: NetworkFacts = {
  everything: {
    karpenter: {
      clusterName: "any",
      interruptionQueue: "any",
      nodes: { image: "bottlerocket@v1.63.0", identity: { type: "role", role: "any" } },
    },
  },
  needed: [
    watches("karpenter"),
    scraped(8080, "karpenter"),
    { from: ["karpenter"], to: ["internet"], ports: [443], reason: "EC2, SQS, pricing" },
    {
      from: ["karpenter"],
      to: ["pod-identity"],
      ports: [80],
      ownNode: true,
      when: ({ karpenter }) => karpenter?.controllerRole === undefined,
      reason: "credentials",
    },
  ],
  closed: [callsNobody("karpenter")],
};
