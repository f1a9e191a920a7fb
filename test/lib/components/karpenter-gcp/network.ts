/** Network flows of Karpenter on Google Cloud. */

import { callsNobody, type NetworkFacts, scraped, watches } from "../../../network/facts";

/** What the tests of network policies know of Karpenter on Google Cloud. */
export const network: NetworkFacts = {
  // Of its own: on GKE the metadata server gives identities of pods, elsewhere those of the node.
  environments: {
    "Karpenter on Google Cloud": {
      monitoring: {},
      karpenterGcp: {
        project: "ml-team",
        location: "europe-west4",
        clusterName: "any",
        controllerAccount: "karpenter@any.iam.gserviceaccount.com",
        nodes: {
          image: { type: "container-optimized-os", version: "125.19216.104.126" },
          serviceAccount: "nodes@any.iam.gserviceaccount.com",
        },
      },
    },
  },
  needed: [
    watches("karpenter-gcp"),
    scraped(8080, "karpenter-gcp"),
    { from: ["karpenter-gcp"], to: ["internet"], ports: [443], reason: "Compute Engine, GKE, prices" },
    { from: ["karpenter-gcp"], to: ["metadata"], ports: [80], reason: "credentials of Workload Identity" },
  ],
  closed: [callsNobody("karpenter-gcp")],
};
