/** Network flows of LeaderWorkerSet. */

import { admits, callsNobody, type NetworkFacts, watches } from "../../../network/facts";

const CONTROLLER = "lws-controller-manager";

/** What the tests of network policies know of LeaderWorkerSet. */
export const network: NetworkFacts = {
  podNetworkOnly: true,
  everything: { leaderWorkerSet: {} },
  needed: [watches(CONTROLLER), admits(CONTROLLER, 9443)],
  closed: [callsNobody(CONTROLLER)],
};
